//! Colour, where there is a terminal to show it and nobody has asked for none.

use std::{
    env, fmt,
    io::{self, IsTerminal as _},
};

/// What a line is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colour {
    Plain,
    Dim,
    Green,
    Yellow,
    Red,
    Magenta,
    Cyan,
}

impl Colour {
    const fn code(self) -> u8 {
        match self {
            Self::Plain => 0,
            Self::Dim => 2,
            Self::Red => 31,
            Self::Green => 32,
            Self::Yellow => 33,
            Self::Magenta => 35,
            Self::Cyan => 36,
        }
    }
}

/// Paints text, or leaves it as it is.
#[derive(Debug, Clone, Copy)]
pub struct Paint {
    colours: bool,
}

impl Paint {
    /// Colours only on a terminal, and not if `NO_COLOR` is set (<https://no-color.org>).
    pub fn for_stdout() -> Self {
        let unwanted = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Self {
            colours: io::stdout().is_terminal() && !unwanted,
        }
    }

    pub fn in_colour(self, colour: Colour, text: impl fmt::Display) -> String {
        match colour.code() {
            code if self.colours && code > 0 => format!("\x1b[{code}m{text}\x1b[0m"),
            _ => text.to_string(),
        }
    }
}
