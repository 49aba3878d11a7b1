//! Markdown from users and models as nodes of the page. Never as HTML: what looks like HTML is shown as text, pictures as
//! their description, and links lead out of Galley by `http`, `https` or `mailto` alone.
//!
//! The parser's events become a tree of bounded depth, and the tree becomes nodes. To add an element: allow it in
//! `Block::of` of [`tree`] and draw it in `view_of`.

mod addresses;
mod tree;

use leptos::prelude::*;
use pulldown_cmark::Alignment;

use self::tree::{Block, Node, parse, words};
use super::code_block::CodeBlock;

/// Rendered Markdown.
#[component]
pub fn Markdown(
    /// The source.
    #[prop(into)]
    text: Signal<String>,
) -> impl IntoView {
    view! { <div class="markdown">{move || text.with(|text| views(parse(text)))}</div> }
}

/// What is read out of Markdown: its words, without its signs.
#[must_use]
pub fn spoken(source: &str) -> String {
    fn say(nodes: Vec<Node>, said: &mut String) {
        for node in nodes {
            match node {
                Node::Text(text) | Node::InlineCode(text) => said.push_str(&text),
                Node::Of(block, content) => {
                    say(content, said);
                    if !matches!(block, Block::Emphasis | Block::Strong | Block::Struck | Block::Link(_)) {
                        said.push(' ');
                    }
                }
                Node::Break | Node::Rule => said.push(' '),
                Node::Tick(done) => said.push_str(if done { "Done: " } else { "Open: " }),
            }
        }
    }
    let mut said = String::new();
    say(parse(source), &mut said);
    said.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn views(nodes: Vec<Node>) -> Vec<AnyView> {
    nodes.into_iter().map(view_of).collect()
}

fn view_of(node: Node) -> AnyView {
    let (block, content) = match node {
        Node::Text(text) => return text.into_any(),
        Node::InlineCode(code) => return view! { <code>{code}</code> }.into_any(),
        Node::Break => return view! { <br /> }.into_any(),
        Node::Rule => return view! { <hr /> }.into_any(),
        Node::Tick(done) => return if done { "☑ " } else { "☐ " }.into_any(),
        Node::Of(block, content) => (block, content),
    };
    match block {
        Block::Paragraph => view! { <p>{views(content)}</p> }.into_any(),
        // No heading of the page: its outline is not the text's to change.
        Block::Heading => view! {
            <p>
                <strong class="markdown-heading">{views(content)}</strong>
            </p>
        }
        .into_any(),
        Block::Quote => view! { <blockquote>{views(content)}</blockquote> }.into_any(),
        Block::Code => view! { <CodeBlock code=words(content) /> }.into_any(),
        Block::List => view! { <ul>{views(content)}</ul> }.into_any(),
        Block::Numbered(first) => view! { <ol start=first.to_string()>{views(content)}</ol> }.into_any(),
        Block::Item => view! { <li>{views(content)}</li> }.into_any(),
        Block::Table(alignments) => table(content, &alignments),
        Block::Emphasis => view! { <em>{views(content)}</em> }.into_any(),
        Block::Strong => view! { <strong>{views(content)}</strong> }.into_any(),
        Block::Struck => view! { <del>{views(content)}</del> }.into_any(),
        Block::Link(url) => view! {
            <a href=url target="_blank" rel="noopener noreferrer nofollow">
                {views(content)}
            </a>
        }
        .into_any(),
        Block::Picture => {
            let description = words(content);
            let text = if description.is_empty() { "Picture".to_owned() } else { format!("Picture: {description}") };
            view! { <span class="markdown-picture">{text}</span> }.into_any()
        }
        // Outside of a table its parts are no elements.
        Block::TableHead | Block::TableRow | Block::TableCell | Block::Nothing => views(content).into_any(),
    }
}

fn table(content: Vec<Node>, alignments: &[Alignment]) -> AnyView {
    let (mut head, mut body) = (Vec::new(), Vec::new());
    for row in content {
        match row {
            Node::Of(Block::TableHead, cells) => {
                head = aligned(cells, alignments)
                    .map(|(cell, class)| view! { <th class=class scope="col">{views(cell)}</th> }.into_any())
                    .collect();
            }
            Node::Of(_, cells) => {
                let cells = aligned(cells, alignments);
                let cells: Vec<_> =
                    cells.map(|(cell, class)| view! { <td class=class>{views(cell)}</td> }.into_any()).collect();
                body.push(view! { <tr>{cells}</tr> }.into_any());
            }
            _ => {}
        }
    }
    view! {
        <div class="markdown-table" role="group" aria-label="Table" tabindex="0">
            <table>
                <thead>
                    <tr>{head}</tr>
                </thead>
                <tbody>{body}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// The cells with the class that aligns them.
fn aligned(cells: Vec<Node>, alignments: &[Alignment]) -> impl Iterator<Item = (Vec<Node>, Option<&'static str>)> {
    let cells = cells.into_iter().map(|cell| match cell {
        Node::Of(_, content) => content,
        other => vec![other],
    });
    cells.enumerate().map(|(column, cell)| {
        let class = match alignments.get(column) {
            Some(Alignment::Right) => Some("to-end"),
            Some(Alignment::Center) => Some("to-middle"),
            _ => None,
        };
        (cell, class)
    })
}

#[cfg(test)]
mod tests {
    use super::{tree::DEEPEST, *};

    /// As HTML, without the comments by which Leptos finds texts again.
    fn html(source: &str) -> String {
        let owner = Owner::new();
        let html = owner.with(|| view! { <Markdown text=source.to_owned() /> }.to_html());
        html.replace("<!>", "").replace("<!---->", "")
    }

    #[test]
    fn renders_what_people_write() {
        let all = html(
            "# Title\n\nA *b* **c** ~~d~~ `e<f>`\nnext  \nbroken\n\n> quoted\n\n---\n\n```rust\nlet a = \"<b>\";\n```",
        );
        for part in [
            r#"<strong class="markdown-heading">Title</strong>"#,
            "<em>b</em>",
            "<strong>c</strong>",
            "<del>d</del>",
            "<code>e&lt;f&gt;</code>\nnext<br>broken",
            "<blockquote><p>quoted</p></blockquote>",
            "<hr>",
            "<pre><code>let a = \"&lt;b&gt;\";\n</code></pre>",
        ] {
            assert!(all.contains(part), "{part} is not in {all}");
        }
    }

    #[test]
    fn renders_lists_and_tables() {
        let lists = html("3. three\n4. four\n   - [x] done\n   - [ ] open");
        assert!(
            lists.contains(r#"<ol start="3"><li>three</li><li>four<ul><li>☑ done</li><li>☐ open</li></ul></li></ol>"#),
            "{lists}"
        );
        let table = html("| a | b |\n| --- | ---: |\n| 1 | *2* |");
        assert!(
            table.contains(
                r#"<thead><tr><th scope="col" class="">a</th><th scope="col" class="to-end">b</th></tr></thead>"#
            ),
            "{table}"
        );
        assert!(
            table.contains(r#"<tbody><tr><td class="">1</td><td class="to-end"><em>2</em></td></tr></tbody>"#),
            "{table}"
        );
    }

    #[test]
    fn shows_html_as_text() {
        for attack in [
            "<script>alert(1)</script>",
            "a <script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "<style>*{}</style>",
            "<iframe src=https://example.com>",
            "```\n</code></pre><script>alert(1)</script>\n```",
            "`<script>`",
            "| <script>alert(1)</script> |\n| --- |",
        ] {
            let html = html(attack);
            for tag in ["<script", "<img", "<style", "<iframe"] {
                assert!(!html.contains(tag), "{attack} gives {html}");
            }
            assert!(html.contains("&lt;"), "{attack} gives {html}");
        }
    }

    #[test]
    fn links_only_lead_out() {
        let good = html("[a](https://example.com/?a=1&b=2) <mailto:a@example.com>");
        assert!(good.contains(r#"href="https://example.com/?a=1&amp;b=2""#), "{good}");
        assert!(good.contains(r#"rel="noopener noreferrer nofollow""#), "{good}");
        assert!(good.contains(r#"target="_blank""#), "{good}");
        assert!(good.contains(r#"href="mailto:a@example.com""#), "{good}");
        for attack in [
            "[a](javascript:alert(1))",
            "[a](JaVaScRiPt:alert(1))",
            "[a](java&#10;script:alert(1))",
            "[a](&#1;javascript:alert(1))",
            "[a](data:text/html,x)",
            "[a](vbscript:x)",
            "[a](/agents/new)",
            "[a](//example.com)",
            "<javascript:alert(1)>",
        ] {
            let html = html(attack);
            assert!(!html.contains("href"), "{attack} gives {html}");
        }
        let quoted = html("[a](https://example.com/\"onclick=\"alert(1))");
        assert!(!quoted.contains("\"onclick"), "{quoted}");
    }

    #[test]
    fn addresses_in_a_text_are_links() {
        for (source, url) in [
            ("See https://example.com/a_b?c=1.", "https://example.com/a_b?c=1"),
            ("(https://example.com/x(1))", "https://example.com/x(1)"),
            ("**http://example.com**, and so on", "http://example.com"),
            ("| a |\n| --- |\n| https://example.com/t |", "https://example.com/t"),
        ] {
            let html = html(source);
            assert!(
                html.contains(&format!("href=\"{url}\"")) && html.contains(&format!("nofollow\">{url}</a>")),
                "{html}"
            );
        }
        for source in
            ["`https://example.com`", "```\nhttps://example.com\n```", "xhttps://example.com", "https:// and http"]
        {
            assert!(!html(source).contains("<a "), "{source}");
        }
        assert_eq!(html("[https://a.example](https://b.example)").matches("<a ").count(), 1);
        assert_eq!(html("请访问https://example.com/路。谢谢").matches("路</a>。谢谢").count(), 1);
        // Hostile texts take no longer than others: this would be minutes, were each bracket looked at for each.
        let hostile = format!("{}{}", "https://".repeat(4_000), ")".repeat(30_000));
        assert!(html(&hostile).ends_with(")</p></div>"));
    }

    #[test]
    fn what_is_read_out_has_no_signs() {
        let said = spoken("# Title\n\nA **bold** `code`.\n\n- one\n- [x] two\n\n| a | b |\n| --- | --- |\n| 1 | 2 |");
        assert_eq!(said, "Title A bold code. one Done: two a b 1 2");
    }

    #[test]
    fn pictures_are_their_description() {
        let picture = html("![A *cat*](https://example.com/cat.png) ![](https://example.com/x.png)");
        assert!(!picture.contains("<img") && !picture.contains("cat.png"), "{picture}");
        assert!(picture.contains("Picture: A cat</span>"), "{picture}");
        assert!(picture.contains("Picture</span>"), "{picture}");
    }

    #[test]
    fn depth_is_bounded_and_no_text_is_lost() {
        let deep = format!("{}bottom", "> ".repeat(5_000));
        let html = html(&deep);
        assert!(html.contains("bottom"));
        assert!(html.matches("<blockquote").count() <= DEEPEST, "{}", html.len());
    }
}
