/** Where the file of an upload lies among the blobs. */
export const uploadKey = (id: string): string => `uploads/${id}`;

/** Where to PUT the file, on the gateway. */
export const uploadUrl = (id: string): string => `/files/uploads/${id}`;
