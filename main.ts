import { App, staticFiles } from "fresh";

/** The site: static files, then the routes folder. */
export const app: App = new App().use(staticFiles()).fsRoutes();
