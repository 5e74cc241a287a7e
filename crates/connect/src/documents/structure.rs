//! The logical structure (tagged PDF, ISO 32000-1 §14.8) that a screen reader follows.

use std::num::NonZeroU16;

use krilla::tagging::{Identifier, ListNumbering, Node, TableHeaderScope, Tag, TagGroup, TagTree};

/// One element of the document in reading order; numbers are leaves.
#[derive(Debug, Clone)]
pub(super) enum Element {
    Heading {
        level: u16,
        title: String,
        leaf: usize,
    },
    Paragraph(usize),
    /// Label and body of each item.
    List(Vec<(usize, usize)>),
    /// Header and data cell of each row.
    Table(Vec<(usize, usize)>),
    Figure {
        alt: String,
        leaf: usize,
    },
}

/// Elements and the number of leaves given out.
#[derive(Debug, Clone, Default)]
pub(super) struct Structure {
    pub(super) elements: Vec<Element>,
    pub(super) leaves: usize,
}

impl Structure {
    pub(super) fn leaf(&mut self) -> usize {
        self.leaves += 1;
        self.leaves - 1
    }

    /// A new paragraph's leaf.
    pub(super) fn paragraph(&mut self) -> usize {
        let leaf = self.leaf();
        self.elements.push(Element::Paragraph(leaf));
        leaf
    }

    pub(super) fn heading(&mut self, level: u16, title: &str) -> usize {
        let leaf = self.leaf();
        self.elements.push(Element::Heading { level, title: title.to_owned(), leaf });
        leaf
    }

    pub(super) fn figure(&mut self, alt: String) -> usize {
        let leaf = self.leaf();
        self.elements.push(Element::Figure { alt, leaf });
        leaf
    }

    /// The tree for krilla; `drawn` holds the identifiers of each leaf's pieces.
    pub(super) fn tree(&self, drawn: &[Vec<Identifier>]) -> TagTree {
        let pieces =
            |leaf: usize| -> Vec<Node> { drawn.get(leaf).into_iter().flatten().map(|id| Node::from(*id)).collect() };
        let paragraph = |leaf: usize| Node::from(TagGroup::with_children(Tag::P, pieces(leaf)));
        let mut tree = TagTree::new().with_lang(Some("zh-CN".to_owned()));
        for element in &self.elements {
            let group = match element {
                Element::Heading { level, title, leaf } => {
                    let level = NonZeroU16::new(*level).unwrap_or(NonZeroU16::MIN);
                    TagGroup::with_children(Tag::Hn(level, Some(title.clone())), pieces(*leaf))
                }
                Element::Paragraph(leaf) => TagGroup::with_children(Tag::P, pieces(*leaf)),
                Element::Figure { alt, leaf } => TagGroup::with_children(Tag::Figure(Some(alt.clone())), pieces(*leaf)),
                Element::List(items) => {
                    let mut list = TagGroup::new(Tag::L(ListNumbering::Decimal));
                    for (label, body) in items {
                        let mut item = TagGroup::new(Tag::LI);
                        item.push(TagGroup::with_children(Tag::Lbl, pieces(*label)));
                        item.push(TagGroup::with_children(Tag::LBody, vec![paragraph(*body)]));
                        list.push(item);
                    }
                    list
                }
                Element::Table(rows) => {
                    let mut table = TagGroup::new(Tag::Table);
                    for (label, value) in rows {
                        let mut row = TagGroup::new(Tag::TR);
                        row.push(TagGroup::with_children(Tag::TH(TableHeaderScope::Row), vec![paragraph(*label)]));
                        row.push(TagGroup::with_children(Tag::TD, vec![paragraph(*value)]));
                        table.push(row);
                    }
                    table
                }
            };
            tree.push(group);
        }
        tree
    }
}
