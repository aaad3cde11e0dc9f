// Whether a graphics processor draws and computes, or software in its place.

let known: boolean | null = null;

export function hasGraphicsProcessor(): boolean {
  if (known === null) known = ask();
  return known;
}

function ask(): boolean {
  const context = document.createElement("canvas").getContext("webgl2");
  if (!context) return false;
  const debug = context.getExtension("WEBGL_debug_renderer_info");
  const renderer = context.getParameter(debug?.UNMASKED_RENDERER_WEBGL ?? context.RENDERER);
  context.getExtension("WEBGL_lose_context")?.loseContext();
  return !/swiftshader|llvmpipe|software|basic render/i.test(String(renderer));
}
