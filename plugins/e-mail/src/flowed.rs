//! `format=flowed` (RFC 3676): lines that end with a space go on in the next one.

/// Joins the lines that belong together. `delete` is the parameter `DelSp=yes`: the space at the end isn't the text's.
pub fn unfold(text: &str, delete: bool) -> String {
    let mut joined = String::with_capacity(text.len());
    let mut open: Option<usize> = None;
    for line in text.lines() {
        let depth = line.bytes().take_while(|byte| *byte == b'>').count();
        let said = &line[depth..];
        let said = said.strip_prefix(' ').unwrap_or(said);
        // The signature's mark ends with a space of its own.
        let signature = said == "-- ";
        let goes_on = open == Some(depth) && !signature;
        if !goes_on {
            if !joined.is_empty() {
                joined.push('\n');
            }
            joined.push_str(&">".repeat(depth));
            if depth > 0 {
                joined.push(' ');
            }
        }
        let soft = said.ends_with(' ') && !signature;
        joined.push_str(if soft && delete { &said[..said.len() - 1] } else { said });
        open = soft.then_some(depth);
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::unfold;

    #[test]
    fn soft_breaks_go_and_hard_ones_stay() {
        assert_eq!(unfold("The kettle \nis broken.\nThanks\n", false), "The kettle is broken.\nThanks");
        assert_eq!(unfold("净水器 \n漏电了", true), "净水器漏电了");
    }

    #[test]
    fn quotes_stay_quotes_and_the_signature_stands_alone() {
        let text = "> How \n> are you?\nFine \n-- \nAnn";
        assert_eq!(unfold(text, false), "> How are you?\nFine \n-- \nAnn");
        assert_eq!(unfold(" >not a quote", false), ">not a quote");
    }
}
