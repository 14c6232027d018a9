/** The page's only style sheet: within the page, allowed by its hash. Colours keep a contrast of at least 4.5 to 1. */
export const STYLE = `
:root { color-scheme: light dark; --text: #1b1f24; --soft: #57606a; --back: #fff; --panel: #f6f8fa; --line: #d0d7de; --link: #0550ae; }
@media (prefers-color-scheme: dark) {
  :root { --text: #e6edf3; --soft: #9da7b3; --back: #0d1117; --panel: #161b22; --line: #30363d; --link: #79c0ff; }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body { margin: 0; font: 1rem/1.55 system-ui, sans-serif; color: var(--text); background: var(--back); }
a { color: var(--link); }
a:focus-visible, [tabindex]:focus-visible, summary:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.skip { position: absolute; left: -100vw; }
.skip:focus { left: 1rem; top: 1rem; padding: .5rem 1rem; background: var(--back); }
.page { display: grid; grid-template-columns: minmax(0, 19rem) minmax(0, 1fr); }
nav { padding: 1rem; border-right: 1px solid var(--line); position: sticky; top: 0; height: 100vh; overflow: auto; }
nav ul { list-style: none; margin: 0 0 1rem; padding: 0; }
nav li { margin: .3rem 0; }
nav h2 { font-size: 1rem; margin: 0; text-transform: capitalize; }
main { padding: 1rem 2rem 4rem; max-width: 70rem; }
section > h2 { text-transform: capitalize; border-bottom: 1px solid var(--line); margin-top: 3rem; }
article { margin: 2rem 0 3rem; }
h3 { margin-bottom: .2rem; }
h3 code { overflow-wrap: anywhere; }
.method { display: inline-block; min-width: 4.2em; font-family: ui-monospace, monospace; }
code, pre { font-family: ui-monospace, monospace; font-size: .9em; }
pre { background: var(--panel); border: 1px solid var(--line); padding: .8rem; overflow: auto; max-height: 30rem; }
.wide { overflow-x: auto; margin: 1rem 0; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: left; font-weight: 600; padding: .3rem 0; }
th, td { text-align: left; vertical-align: top; padding: .35rem .7rem; border: 1px solid var(--line); }
thead th { background: var(--panel); }
tbody th { font-weight: 400; }
.soft { color: var(--soft); }
@media (max-width: 50rem) {
  .page { display: block; }
  nav { position: static; height: auto; border-right: 0; border-bottom: 1px solid var(--line); }
  main { padding: 1rem; }
}
@media print { nav, .skip { display: none; } .page { display: block; } pre { max-height: none; } }
`;
