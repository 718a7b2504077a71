//! Reads the part of CEL that conditions are written in: fields, constants, lists, calls, and operators with CEL's
//! precedence. What CEL has besides (maps, records, macros other than `has`) is refused by name.
//!
//! It is written by hand because the text comes from anybody: it looks at each character once, never goes deeper than
//! [`DEEPEST`], and knows the place of everything that it refuses.

use super::cel::ConditionError;
use super::tokens::{Token, tokens};

/// How deep brackets, calls and signs may be nested.
const DEEPEST: usize = 32;

/// An expression and where it begins, counted in characters from 1.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Node {
    pub at: usize,
    pub expr: Expr,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Expr {
    Null,
    Boolean(bool),
    Integer(i64),
    Number(f64),
    Text(String),
    Name(String),
    /// `record.field`
    Member(Box<Node>, String),
    /// `record["field"]`
    Index(Box<Node>, Box<Node>),
    List(Vec<Node>),
    /// A function's name, what it is asked of, and its arguments.
    Call(String, Option<Box<Node>>, Vec<Node>),
    Not(Box<Node>),
    Minus(Box<Node>),
    /// Two or more.
    And(Vec<Node>),
    Or(Vec<Node>),
    /// `==`, `!=`, `<`, `<=`, `>`, `>=`, `in`, `+`, `-`
    Two(&'static str, Box<Node>, Box<Node>),
}

/// Reads a whole condition.
pub(super) fn parse(source: &str) -> Result<Node, ConditionError> {
    let tokens = tokens(source)?;
    let mut parser = Parser { tokens, next: 0 };
    let node = parser.either(0)?;
    match parser.peek() {
        Token::End => Ok(node),
        token => {
            Err(parser.fault(format!("{} can't stand here; join conditions by && and ||", token.shown())))
        }
    }
}

struct Parser {
    tokens: Vec<(usize, Token)>,
    next: usize,
}

impl Parser {
    fn peek(&self) -> &Token {
        self.tokens.get(self.next).map_or(&Token::End, |(_, token)| token)
    }

    fn at(&self) -> usize {
        let last = self.tokens.last().map_or(1, |(at, _)| *at);
        self.tokens.get(self.next).map_or(last, |(at, _)| *at)
    }

    fn fault(&self, detail: impl Into<String>) -> ConditionError {
        ConditionError { at: self.at(), detail: detail.into() }
    }

    fn takes(&mut self, sign: &str) -> bool {
        let found = matches!(self.peek(), Token::Sign(found) if *found == sign);
        self.next += usize::from(found);
        found
    }

    fn expect(&mut self, sign: &str, instead: &str) -> Result<(), ConditionError> {
        if self.takes(sign) {
            return Ok(());
        }
        Err(self.fault(format!("{instead}, not {}", self.peek().shown())))
    }

    fn deeper(&self, depth: usize) -> Result<usize, ConditionError> {
        if depth >= DEEPEST {
            return Err(self.fault(format!("this is nested deeper than {DEEPEST} levels")));
        }
        Ok(depth + 1)
    }

    fn either(&mut self, depth: usize) -> Result<Node, ConditionError> {
        let depth = self.deeper(depth)?;
        let at = self.at();
        let mut parts = vec![self.both(depth)?];
        while self.takes("||") {
            parts.push(self.both(depth)?);
        }
        if let Token::Sign("?") = self.peek() {
            return Err(self.fault("?: isn't available here; write it with && and ||"));
        }
        Ok(joined(at, parts, Expr::Or))
    }

    fn both(&mut self, depth: usize) -> Result<Node, ConditionError> {
        let at = self.at();
        let mut parts = vec![self.relation(depth)?];
        while self.takes("&&") {
            parts.push(self.relation(depth)?);
        }
        Ok(joined(at, parts, Expr::And))
    }

    fn relation(&mut self, depth: usize) -> Result<Node, ConditionError> {
        let at = self.at();
        let left = self.sum(depth)?;
        let sign = match self.peek() {
            Token::Sign(sign @ ("==" | "!=" | "<" | "<=" | ">" | ">=")) => *sign,
            Token::Name(name) if name == "in" => "in",
            _ => return Ok(left),
        };
        self.next += 1;
        let right = self.sum(depth)?;
        if let Token::Sign(sign @ ("==" | "!=" | "<" | "<=" | ">" | ">=")) = self.peek() {
            return Err(
                self.fault(format!("`{sign}` can't follow a comparison; join conditions by && and ||"))
            );
        }
        Ok(Node { at, expr: Expr::Two(sign, Box::new(left), Box::new(right)) })
    }

    fn sum(&mut self, depth: usize) -> Result<Node, ConditionError> {
        let at = self.at();
        let mut left = self.signed(depth)?;
        let mut terms = 1;
        loop {
            let sign = match self.peek() {
                Token::Sign(sign @ ("+" | "-")) => *sign,
                Token::Sign(sign @ ("*" | "/" | "%")) => {
                    return Err(
                        self.fault(format!("`{sign}` isn't available here; nothing is calculated but times"))
                    );
                }
                _ => return Ok(left),
            };
            // Each term nests the sum before it.
            terms += 1;
            if terms > DEEPEST {
                return Err(self.fault(format!("a sum has at most {DEEPEST} terms")));
            }
            self.next += 1;
            let right = self.signed(depth)?;
            left = Node { at, expr: Expr::Two(sign, Box::new(left), Box::new(right)) };
        }
    }

    fn signed(&mut self, depth: usize) -> Result<Node, ConditionError> {
        let at = self.at();
        if self.takes("!") {
            let depth = self.deeper(depth)?;
            return Ok(Node { at, expr: Expr::Not(Box::new(self.signed(depth)?)) });
        }
        if self.takes("-") {
            let depth = self.deeper(depth)?;
            return Ok(Node { at, expr: Expr::Minus(Box::new(self.signed(depth)?)) });
        }
        self.member(depth)
    }

    fn member(&mut self, depth: usize) -> Result<Node, ConditionError> {
        let at = self.at();
        let mut node = self.primary(depth)?;
        let mut steps = depth;
        loop {
            if self.takes(".") {
                steps = self.deeper(steps)?;
                let Token::Name(name) = self.peek().clone() else {
                    return Err(self.fault("behind a dot stands a name"));
                };
                self.next += 1;
                node = if self.takes("(") {
                    let arguments = self.list(")", steps)?;
                    Node { at, expr: Expr::Call(name, Some(Box::new(node)), arguments) }
                } else {
                    Node { at, expr: Expr::Member(Box::new(node), name) }
                };
            } else if self.takes("[") {
                steps = self.deeper(steps)?;
                let index = self.either(steps)?;
                self.expect("]", "a `]` is missing")?;
                node = Node { at, expr: Expr::Index(Box::new(node), Box::new(index)) };
            } else {
                return Ok(node);
            }
        }
    }

    fn primary(&mut self, depth: usize) -> Result<Node, ConditionError> {
        let at = self.at();
        let token = self.peek().clone();
        self.next += 1;
        let expr = match token {
            Token::Text(text) => Expr::Text(text),
            Token::Integer(number) => Expr::Integer(number),
            Token::Number(number) => Expr::Number(number),
            Token::Name(name) => match name.as_str() {
                "true" => Expr::Boolean(true),
                "false" => Expr::Boolean(false),
                "null" => Expr::Null,
                "in" => {
                    return Err(ConditionError {
                        at,
                        detail: "before `in` stands a field or a text".to_owned(),
                    });
                }
                _ if self.takes("(") => Expr::Call(name, None, self.list(")", depth)?),
                _ => Expr::Name(name),
            },
            Token::Sign("(") => {
                let inner = self.either(depth)?;
                self.expect(")", "a `)` is missing")?;
                return Ok(inner);
            }
            Token::Sign("[") => Expr::List(self.list("]", depth)?),
            other => {
                let detail = format!("a field or a constant is missing here, before {}", other.shown());
                return Err(ConditionError { at, detail });
            }
        };
        Ok(Node { at, expr })
    }

    /// What stands in brackets, separated by commas.
    fn list(&mut self, end: &str, depth: usize) -> Result<Vec<Node>, ConditionError> {
        let mut items = Vec::new();
        while !self.takes(end) {
            if !items.is_empty() {
                self.expect(",", "a comma or the closing bracket is missing")?;
            }
            items.push(self.either(depth)?);
        }
        Ok(items)
    }
}

fn joined(at: usize, mut parts: Vec<Node>, by: impl Fn(Vec<Node>) -> Expr) -> Node {
    if parts.len() == 1
        && let Some(only) = parts.pop()
    {
        return only;
    }
    Node { at, expr: by(parts) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(source: &str) -> String {
        fn shown(node: &Node) -> String {
            let all = |nodes: &[Node]| nodes.iter().map(shown).collect::<Vec<_>>().join(" ");
            match &node.expr {
                Expr::Null => "null".to_owned(),
                Expr::Boolean(flag) => flag.to_string(),
                Expr::Integer(number) => number.to_string(),
                Expr::Number(number) => format!("{number:?}"),
                Expr::Text(text) => format!("{text:?}"),
                Expr::Name(name) => name.clone(),
                Expr::Member(of, name) => format!("{}.{name}", shown(of)),
                Expr::Index(of, index) => format!("{}[{}]", shown(of), shown(index)),
                Expr::List(items) => format!("[{}]", all(items)),
                Expr::Call(name, None, arguments) => format!("{name}({})", all(arguments)),
                Expr::Call(name, Some(of), arguments) => format!("{}.{name}({})", shown(of), all(arguments)),
                Expr::Not(inner) => format!("(! {})", shown(inner)),
                Expr::Minus(inner) => format!("(- {})", shown(inner)),
                Expr::And(parts) => format!("(&& {})", all(parts)),
                Expr::Or(parts) => format!("(|| {})", all(parts)),
                Expr::Two(sign, left, right) => format!("({sign} {} {})", shown(left), shown(right)),
            }
        }
        shown(&parse(source).unwrap_or_else(|fault| panic!("{source}: {fault}")))
    }

    #[test]
    fn operators_bind_as_in_cel() {
        assert_eq!(shape("a == 1 || b != 2 && !c"), "(|| (== a 1) (&& (!= b 2) (! c)))");
        assert_eq!(shape("(a || b) && c"), "(&& (|| a b) c)");
        assert_eq!(shape("a && b && c"), "(&& a b c)");
        assert_eq!(
            shape("t > now - duration('1h') - duration('2h')"),
            "(> t (- (- now duration(\"1h\")) duration(\"2h\")))"
        );
        assert_eq!(shape("!a.b.contains('x') == true"), "(== (! a.b.contains(\"x\")) true)");
        assert_eq!(shape("a[\"b c\"] in [1, -2.5e1, 3u]"), "(in a[\"b c\"] [1 (- 25.0) 3])");
    }

    #[test]
    fn texts_are_read_as_in_cel() {
        assert_eq!(shape(r#""a'b""#), r#""a'b""#);
        assert_eq!(shape(r"'\u738b\x41\n\\'"), "\"王A\\n\\\\\"");
        assert_eq!(shape(r"r'\d'"), r#""\\d""#);
        for wrong in ["'a", "'a\nb'", r"'\q'", r"'\uD800'", r"'\u12'", "\"a'"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_is_wrong_is_shown_at_its_place() {
        for (source, at) in [
            ("", 1),
            ("a ==", 5),
            ("a == 1 b", 8),
            ("名 == 1 & 2", 8),
            ("(a", 3),
            ("a ? b : c", 3),
            ("a == b == c", 8),
            ("a.1", 3),
            ("f(a b)", 5),
            ("1.5x", 1),
            ("99999999999999999999", 1),
            ("1e999", 1),
            ("{}", 1),
            ("a * 2", 3),
            ("in", 1),
        ] {
            assert_eq!(parse(source).unwrap_err().at, at, "{source}: {}", parse(source).unwrap_err());
        }
    }

    #[test]
    fn nothing_goes_deep() {
        let many = |text: &str| text.repeat(600);
        for source in [
            many("("),
            many("!"),
            many("-"),
            many("["),
            many("a."),
            many("a("),
            many("a["),
            many("1+"),
            many("!("),
        ] {
            assert!(parse(&source).is_err());
        }
        assert!(parse(&(many("a&&") + "a")).is_ok(), "a chain isn't deep");
        assert!(parse(&(many("a||") + "a")).is_ok(), "a chain isn't deep");
    }
}
