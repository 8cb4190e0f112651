/** SQL without the semicolons and blanks behind it, to stand in parentheses. Linear in its length, which a pattern is not. */
export function statementText(sql: string): string {
	let end = sql.length;
	while (end > 0 && /[;\s]/.test(sql.charAt(end - 1))) end -= 1;
	return sql.slice(0, end);
}
