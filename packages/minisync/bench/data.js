// The document that is measured: a list of records, as a table or a board has them.

export function records(count) {
  return {
    records: Array.from({ length: count }, (_, index) => ({
      id: `r${index}`,
      title: `Record number ${index}`,
      done: index % 3 === 0,
    })),
  };
}
