export default {
  title: "Defence spending",
  root: "src",
  pages: [],
  search: false,
  globalStylesheets: [] // the default is a font from the web
};
