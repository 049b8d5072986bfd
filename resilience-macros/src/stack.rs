//! `Stack`: all attributes of one function as they were written, outermost first.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use resilience_policy::Rule;

use crate::{
    args::{Args, wrong},
    collect::is_path,
    errors::{Errors, refuse},
    layer::Layer,
    names::Root,
    value::string,
};

/// The stack of one function.
pub(crate) struct Stack {
    pub(crate) root: Root,
    /// The name of the site, where one is written.
    pub(crate) name: Option<syn::LitStr>,
    pub(crate) layers: Vec<Layer>,
}

impl Stack {
    /// Reads what the attributes have collected, `retry(…) timeout(…)`, as far as it can be read.
    pub(crate) fn parse(collected: TokenStream, errors: &mut Errors) -> Self {
        let mut entries = Vec::new();
        let mut tokens = collected.into_iter();
        while let (Some(TokenTree::Ident(word)), Some(TokenTree::Group(group))) =
            (tokens.next(), tokens.next())
        {
            let args = Args::new(word, group.stream());
            entries.extend(errors.take(args));
        }
        let (mut root, mut name): (Option<TokenStream>, Option<syn::LitStr>) = (None, None);
        for args in &mut entries {
            let path = args.read("crate", crate_path);
            if let (Some(first), Some(second)) = (&root, &path)
                && first.to_string() != second.to_string()
            {
                let first = first.to_string().replace(' ', "");
                let text = format!("the crate is called `{first}` already: keep one path");
                errors.at(Rule::RepeatedArgument, second, args.span(), text);
            }
            root = root.or(path);
            let written = args.read("name", |key, written| string(key, &written));
            if let (Some(first), Some(second)) = (&name, &written)
                && first.value() != second.value()
            {
                let first = first.value();
                let text = format!("the site is called `{first}` already: keep one name");
                errors.add(refuse(Rule::RepeatedArgument, second.span(), text));
            }
            name = name.or(written);
        }
        let root = Root::new(root);
        let layers: Vec<_> = entries
            .into_iter()
            .filter_map(|args| Layer::parse(args, &root, errors))
            .collect();
        if layers.is_empty() && errors.is_empty() {
            let text = "written by the other attributes, never by hand";
            errors.add(refuse(Rule::UnknownArgument, Span::call_site(), text));
        }
        Self { root, name, layers }
    }
}

fn crate_path(key: &Ident, written: TokenStream) -> syn::Result<TokenStream> {
    if is_path(&written) {
        return Ok(written);
    }
    let text = "`crate` is the path under which this crate is known: write `crate = ::resilience`";
    Err(wrong(Rule::WrongValue, &written, key, text))
}
