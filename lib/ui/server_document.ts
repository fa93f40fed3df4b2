/** Gives charts a document on the server; imported for that effect by whatever renders pages. */
import { parseHTML } from "linkedom";
import { setDrawingDocument } from "./draw.ts";

setDrawingDocument(parseHTML("<!doctype html><html></html>").document);
