// Express: the seed's own way, a read stream of the range piped into the answer. Arguments: PORT FOLDER.

const express = require("express");
const fs = require("node:fs");
const path = require("node:path");

const [port, folder] = process.argv.slice(2);

express()
  .get("/:name", (request, response) => {
    const film = path.join(folder, request.params.name);
    fs.stat(film, (error, found) => {
      if (error) return response.sendStatus(404);
      const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "") ?? [];
      const start = Number(first ?? 0);
      const end = last ? Math.min(Number(last), found.size - 1) : found.size - 1;
      response.writeHead(first ? 206 : 200, {
        "Accept-Ranges": "bytes",
        "Content-Length": end - start + 1,
        "Content-Type": "video/mp4",
        ...(first && { "Content-Range": `bytes ${start}-${end}/${found.size}` }),
      });
      fs.createReadStream(film, { start, end }).pipe(response);
    });
  })
  .listen(Number(port), "127.0.0.1");
