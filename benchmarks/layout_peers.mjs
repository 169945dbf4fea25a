// Lays a graph out with elkjs or dagre: JSON on stdin, the lines of its wires and milliseconds on stdout. See layout.py.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { performance } from "node:perf_hooks";

const require = createRequire(process.argv[2]);
const ELK = require("elkjs");
const dagre = require("@dagrejs/dagre");
const GAPS = { across: 56, down: 36 };

async function elk(graph) {
  const made = {
    id: "root",
    layoutOptions: {
      "elk.algorithm": "layered",
      "elk.direction": "RIGHT",
      "elk.edgeRouting": "POLYLINE",
      "elk.layered.spacing.nodeNodeBetweenLayers": String(GAPS.across),
      "elk.spacing.nodeNode": String(GAPS.down),
      "elk.separateConnectedComponents": "false",
    },
    children: graph.nodes.map(([width, height], at) => ({ id: `n${at}`, width, height })),
    edges: graph.edges.map(([a, b], at) => ({ id: `e${at}`, sources: [`n${a}`], targets: [`n${b}`] })),
  };
  const began = performance.now();
  const done = await new ELK().layout(made);
  const took = performance.now() - began;
  const lines = Object.fromEntries(
    done.edges.map((edge) => {
      const part = edge.sections[0];
      return [edge.id, [part.startPoint, ...(part.bendPoints ?? []), part.endPoint].map(({ x, y }) => [x, y])];
    }),
  );
  return { took, lines: graph.edges.map((_, at) => lines[`e${at}`]) };
}

function layered(graph) {
  const made = new dagre.graphlib.Graph({ multigraph: true });
  made.setGraph({ rankdir: "LR", ranksep: GAPS.across, nodesep: GAPS.down });
  made.setDefaultEdgeLabel(() => ({}));
  graph.nodes.forEach(([width, height], at) => made.setNode(`n${at}`, { width, height }));
  graph.edges.forEach(([a, b], at) => made.setEdge(`n${a}`, `n${b}`, {}, `e${at}`));
  const began = performance.now();
  dagre.layout(made);
  const took = performance.now() - began;
  const lines = graph.edges.map(([a, b], at) =>
    made.edge(`n${a}`, `n${b}`, `e${at}`).points.map(({ x, y }) => [x, y]),
  );
  return { took, lines };
}

const graph = JSON.parse(readFileSync(0, "utf8"));
const made = process.argv[3] === "elkjs" ? await elk(graph) : layered(graph);
process.stdout.write(JSON.stringify(made));
