// Answers over HTTP, which are enveloped all alike.

/** What an answer brings; an error in words where it brings nothing. */
export async function dataOf(answer) {
  const { success, data, message } = await answer.json();
  if (!success) throw new Error(`${message ?? answer.status}.`);
  return data;
}
