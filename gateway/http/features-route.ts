import type { IncomingHttpHeaders } from "node:http";
import type { FastifyInstance } from "fastify";
import type { FeaturesFormat } from "../../core/ports/read-features.ts";
import { type AnswerFeatures, answeringFeatures, type FeaturesOptions } from "./answer-features.ts";
import { callerOf } from "./caller.ts";
import { arrowStream, featuresMediaTypes, formatOf, requestOf } from "./features-media.ts";
import { legacyJson } from "./graphql-response.ts";
import type { HotRoute, HotRoutes } from "./hot-requests.ts";
import { mediaTypeOf, negotiate } from "./media-type.ts";
import { refuse, sendAnswer } from "./send-result.ts";

export interface FeaturesRouteOptions extends FeaturesOptions {
	/** Where the route enters itself for plain POST requests, too. */
	readonly hot: HotRoutes;
}

/** `POST /features`: what `onlineFeatures` answers, for clients that ask much and often, as JSON or as an Arrow stream. */
export async function featuresRoute(app: FastifyInstance, options: FeaturesRouteOptions): Promise<void> {
	const answerFeatures = answeringFeatures(options);
	options.hot.set("/features", hotFeatures(answerFeatures));
	app.removeAllContentTypeParsers();
	app.addContentTypeParser([legacyJson, arrowStream, "*"], { parseAs: "buffer" }, (_request, body, done) => {
		done(null, body);
	});

	app.post("/features", async (request, reply) => {
		const { id, headers } = request;
		const format = formatOf(mediaTypeOf(headers["content-type"]));
		if (format === null) return refuse(reply, 415, `A request body is ${legacyJson} or ${arrowStream}.`);
		const answer = wantedFormat(headers, format);
		if (answer === null) return refuse(reply, 406, `Answers are ${legacyJson} or ${arrowStream}.`);
		const asked = { id, headers, format, answer, ...requestOf(request) };
		return sendAnswer(reply, await answerFeatures(asked, callerOf(request, reply.raw)));
	});
}

/** Who sends Arrow and does not care gets Arrow. */
const offered = { json: featuresMediaTypes, arrow: featuresMediaTypes.toReversed() } as const;

const wantedFormat = ({ accept }: IncomingHttpHeaders, format: FeaturesFormat): FeaturesFormat | null =>
	formatOf(negotiate(accept, offered[format]));

/** What is refused is left to the framework, as is a URL that has more in it than the request. */
function hotFeatures(answerFeatures: AnswerFeatures): HotRoute {
	return (headers, query) => {
		const format = formatOf(mediaTypeOf(headers["content-type"]));
		const answer = format === null ? null : wantedFormat(headers, format);
		const request = query === null ? null : onlyRequest(query);
		if (format === null || answer === null || request === undefined) return null;
		return (hot, response) => {
			const { id, body } = hot;
			return answerFeatures({ id, headers, format, answer, body, request }, callerOf(hot, response));
		};
	};
}

/** The value of the one parameter `request`; undefined: there is another, or it is not plainly encoded. */
function onlyRequest(query: string): string | undefined {
	const value = /^request=([^&+]*)$/.exec(query)?.[1];
	if (value === undefined) return undefined;
	try {
		return decodeURIComponent(value);
	} catch {
		return undefined;
	}
}
