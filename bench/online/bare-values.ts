/** The rows of the peers: doubles side by side. */
export const bareKey = (id: string, width: number): string => `bare:${width}:${id}`;

export const doublesOf = (bytes: Buffer): number[] => {
	const values: number[] = [];
	for (let at = 0; at < bytes.length; at += 8) values.push(bytes.readDoubleLE(at));
	return values;
};
