//! Markdown from users and models as nodes of the page. Never as HTML: what looks like HTML is shown as text, pictures as
//! their description, and links lead out of Galley by `http`, `https` or `mailto` alone.
//!
//! The parser's events become a tree of bounded depth, and the tree becomes nodes. To add an element: allow it in
//! [`Block::of`] and draw it in [`view_of`].

use leptos::prelude::*;
use pulldown_cmark::{Alignment, Event, Options, Parser, Tag};

use super::code_block::CodeBlock;

/// Deeper than anybody reads, and shallow enough for the stack.
const DEEPEST: usize = 16;

/// Rendered Markdown.
#[component]
pub fn Markdown(
    /// The source.
    #[prop(into)]
    text: Signal<String>,
) -> impl IntoView {
    view! { <div class="markdown">{move || text.with(|text| views(parse(text)))}</div> }
}

/// An element that has content.
#[derive(Clone, Debug, PartialEq)]
enum Block {
    Paragraph,
    Heading,
    Quote,
    Code,
    List,
    Numbered(u64),
    Item,
    Table(Vec<Alignment>),
    TableHead,
    TableRow,
    TableCell,
    Emphasis,
    Strong,
    Struck,
    Link(String),
    /// Of a picture remains its description.
    Picture,
    /// Its content stands where it would stand.
    Nothing,
}

impl Block {
    fn of(tag: Tag) -> Self {
        match tag {
            Tag::Paragraph | Tag::HtmlBlock => Self::Paragraph,
            Tag::Heading { .. } => Self::Heading,
            Tag::BlockQuote(_) => Self::Quote,
            Tag::CodeBlock(_) => Self::Code,
            Tag::List(None) => Self::List,
            Tag::List(Some(first)) => Self::Numbered(first),
            Tag::Item => Self::Item,
            Tag::Table(alignments) => Self::Table(alignments),
            Tag::TableHead => Self::TableHead,
            Tag::TableRow => Self::TableRow,
            Tag::TableCell => Self::TableCell,
            Tag::Emphasis => Self::Emphasis,
            Tag::Strong => Self::Strong,
            Tag::Strikethrough => Self::Struck,
            Tag::Link { dest_url, .. } => address(&dest_url).map_or(Self::Nothing, Self::Link),
            Tag::Image { .. } => Self::Picture,
            _ => Self::Nothing,
        }
    }
}

/// A node of the tree.
#[derive(Clone, Debug, PartialEq)]
enum Node {
    Text(String),
    InlineCode(String),
    Break,
    Rule,
    Tick(bool),
    Of(Block, Vec<Node>),
}

/// The address of a link, if it may be followed.
fn address(url: &str) -> Option<String> {
    // Browsers drop these characters before they look at the scheme, so whoever looks has to drop them too.
    let url: String = url.chars().filter(|c| !c.is_control()).collect();
    let url = url.trim();
    let (scheme, _) = url.split_once(':')?;
    ["http", "https", "mailto"].iter().any(|allowed| scheme.eq_ignore_ascii_case(allowed)).then(|| url.to_owned())
}

fn parse(source: &str) -> Vec<Node> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    // What is open: the element, or nothing where it would be too deep or a link within a link, and its content.
    let mut open: Vec<(Block, Vec<Node>)> = Vec::new();
    let mut done = Vec::new();
    for event in Parser::new_ext(source, options) {
        let node = match event {
            Event::Start(tag) => {
                let nested = |(block, _): &(Block, _)| matches!(block, Block::Link(_));
                let block = match Block::of(tag) {
                    Block::Link(_) if open.iter().any(nested) => Block::Nothing,
                    _ if open.len() >= DEEPEST => Block::Nothing,
                    block => block,
                };
                open.push((block, Vec::new()));
                continue;
            }
            Event::End(_) => {
                let Some((block, content)) = open.pop() else { continue };
                if block == Block::Nothing {
                    open.last_mut().map_or(&mut done, |(_, content)| content).extend(content);
                    continue;
                }
                Node::Of(block, content)
            }
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => Node::Text(text.into_string()),
            Event::Code(code) | Event::InlineMath(code) | Event::DisplayMath(code) => {
                Node::InlineCode(code.into_string())
            }
            Event::FootnoteReference(name) => Node::Text(format!("[{name}]")),
            Event::SoftBreak => Node::Text("\n".to_owned()),
            Event::HardBreak => Node::Break,
            Event::Rule => Node::Rule,
            Event::TaskListMarker(done) => Node::Tick(done),
        };
        let content = open.last_mut().map_or(&mut done, |(_, content)| content);
        match (node, content.last_mut()) {
            (Node::Text(more), Some(Node::Text(text))) => text.push_str(&more),
            (node, _) => content.push(node),
        }
    }
    linked(done)
}

/// The same with the addresses that merely stand in a text as links.
fn linked(nodes: Vec<Node>) -> Vec<Node> {
    let within = |node| match node {
        Node::Text(text) => addresses_in(&text),
        Node::Of(block @ (Block::Link(_) | Block::Code | Block::Picture), content) => vec![Node::Of(block, content)],
        Node::Of(block, content) => vec![Node::Of(block, linked(content))],
        other => vec![other],
    };
    nodes.into_iter().flat_map(within).collect()
}

/// A text, cut at the addresses in it. Each letter is looked at a fixed number of times.
fn addresses_in(text: &str) -> Vec<Node> {
    let mut nodes = Vec::new();
    let (mut from, mut at) = (0, 0);
    while let Some(found) = text[at..].find("http") {
        let start = at + found;
        let rest = &text[start..];
        let scheme = ["http://", "https://"].into_iter().find(|scheme| rest.starts_with(scheme));
        let in_word = text[..start].chars().next_back().is_some_and(|c| c.is_ascii_alphanumeric());
        let Some(scheme) = scheme.filter(|_| !in_word) else {
            at = start + "http".len();
            continue;
        };
        let end = rest.find(|c: char| c.is_whitespace() || "<>\"`。，、；：！？（）「」『』【】".contains(c));
        let whole = &rest[..end.unwrap_or(rest.len())];
        let url = without_end(whole);
        at = start + whole.len();
        if url.len() <= scheme.len() {
            continue;
        }
        if let Some(to) = address(url) {
            if from < start {
                nodes.push(Node::Text(text[from..start].to_owned()));
            }
            nodes.push(Node::Of(Block::Link(to), vec![Node::Text(url.to_owned())]));
            from = start + url.len();
        }
    }
    if from < text.len() {
        nodes.push(Node::Text(text[from..].to_owned()));
    }
    nodes
}

/// An address without what ends the sentence around it, or closes a bracket that was opened before it.
fn without_end(url: &str) -> &str {
    let mut open = url.matches(')').count().saturating_sub(url.matches('(').count());
    url.trim_end_matches(|c: char| {
        let closes = c == ')' && open > 0;
        open -= usize::from(closes);
        closes || ".,;:!?'*_]".contains(c)
    })
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

/// The text without its elements.
fn words(nodes: Vec<Node>) -> String {
    nodes
        .into_iter()
        .map(|node| match node {
            Node::Text(text) | Node::InlineCode(text) => text,
            Node::Of(_, content) => words(content),
            Node::Break | Node::Rule | Node::Tick(_) => String::new(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

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
