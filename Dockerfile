# All processes of Featuregraph, by their command: `node app/main.ts` and, after it, a role (docs/production.md).
FROM node:24-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --no-audit --no-fund && npm cache clean --force
COPY . .
# The data folder, and one for temporary files that no other container sees.
RUN install -d -o node -g node /var/lib/featuregraph /var/tmp/featuregraph
USER node
EXPOSE 4000
CMD ["node", "app/main.ts"]
