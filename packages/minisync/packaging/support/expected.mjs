// What app.js prints.
export const lines = ['{"list":[1,2]}', '{"list":["synced"]}'];
export const output = `${lines.join("\n")}\n`;
