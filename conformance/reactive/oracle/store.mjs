// The statements and expressions about stores and props: see ../programs.py.

import { createStore, produce, reconcile } from "solid-js/store";

/** What is found on a path, read step by step; undefined where it leads to nothing. */
export function walk(value, path) {
  for (const key of path) {
    if (value === null || typeof value !== "object") return undefined;
    value = value[key];
  }
  return value;
}

export function readStore(program, [kind, name, path, key]) {
  const value = walk(program.stores.get(name)?.[0], path);
  const inside = value !== null && typeof value === "object";
  switch (kind) {
    case "get": return inside ? undefined : value;
    case "len": return inside ? value.length : 0;
    case "keys": return inside ? Object.keys(value) : [];
    case "has": return inside ? key in value : false;
  }
}

const part = p => p !== null && typeof p === "object" && "where" in p ? item => item[p.where[0]] === p.where[1] : p;

function amend(state, [kind, path, ...rest]) {
  const at = walk(state, path);
  if (at === undefined) return;
  switch (kind) {
    case "assign": at[rest[0]] = structuredClone(rest[1]); return;
    case "remove": delete at[rest[0]]; return;
    case "push": at.push(structuredClone(rest[0])); return;
    case "pop": at.pop(); return;
    case "splice": at.splice(rest[0], rest[1], ...structuredClone(rest[2])); return;
    default: throw new TypeError(`unknown change ${kind}`);
  }
}

export function writeStore(program, [kind, name, ...rest], env) {
  if (kind === "store") {
    program.stores.set(name, createStore(structuredClone(rest[0])));
    return;
  }
  if (kind === "view") {
    program.nodes.set(name, () => walk(program.stores.get(rest[0])[0], rest[1]));
    return;
  }
  const set = program.stores.get(name)?.[1];
  if (!set) return;
  const path = rest[0].map(part);
  switch (kind) {
    case "put": set(...path, structuredClone(rest[1])); return;
    case "putf": set(...path, prev => program.eval(rest[1], { ...env, prev })); return;
    case "produce": set(...path, produce(state => { for (const change of rest[1]) amend(state, change); })); return;
    case "reconcile": set(...path, reconcile(structuredClone(rest[1]), rest[2])); return;
  }
}

/** Sources of props: plain objects, and functions of what is read. */
export function mergeProps(program, [, name, sources], env) {
  const made = sources.map(source =>
    "const" in source ? source.const
      : () => Object.fromEntries(Object.entries(source.dyn).map(([key, e]) => [key, program.eval(e, env)])));
  program.props.set(name, program.solid.mergeProps(...made));
}

export function splitProps(program, [, source, groups, names]) {
  const parts = program.solid.splitProps(program.props.get(source), ...groups);
  names.forEach((name, at) => program.props.set(name, parts[at]));
}
