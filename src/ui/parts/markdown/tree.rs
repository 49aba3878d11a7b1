//! Markdown as a tree of bounded depth.

use pulldown_cmark::{Alignment, Event, Options, Parser, Tag};

use super::addresses::{address, addresses_in};

/// Deeper than anybody reads, and shallow enough for the stack.
pub(super) const DEEPEST: usize = 16;

/// An element that has content.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Block {
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
pub(super) enum Node {
    Text(String),
    InlineCode(String),
    Break,
    Rule,
    Tick(bool),
    Of(Block, Vec<Node>),
}

/// The tree of a text.
pub(super) fn parse(source: &str) -> Vec<Node> {
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

/// The text without its elements.
pub(super) fn words(nodes: Vec<Node>) -> String {
    nodes
        .into_iter()
        .map(|node| match node {
            Node::Text(text) | Node::InlineCode(text) => text,
            Node::Of(_, content) => words(content),
            Node::Break | Node::Rule | Node::Tick(_) => String::new(),
        })
        .collect()
}
