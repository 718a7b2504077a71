//! A kind: the attributes of its struct, and all that is derived from it.

use proc_macro2::TokenStream;
use quote::quote;
use syn::meta::ParseNestedMeta;
use syn::punctuated::Punctuated;
use syn::{Attribute, Data, DeriveInput, Expr, ExprLit, Field, Fields, Ident, Lit, LitStr, Meta, Token};

use crate::field::Declared;
use crate::requests;

/// A kind as it is declared.
pub struct Kind {
    pub name: LitStr,
    table: LitStr,
    en: LitStr,
    zh: LitStr,
    zh_help: LitStr,
    title: LitStr,
    usual: LitStr,
    always: Option<LitStr>,
    source: Option<LitStr>,
    shared: bool,
    /// The permission that seeing its records takes.
    right: Option<Ident>,
    /// The columns of the person and the team whose a row is.
    holders: Option<(LitStr, LitStr)>,
    follows: Vec<LitStr>,
    /// The structs of its requests.
    pub new: Option<Ident>,
    pub change: Option<Ident>,
    /// What the request that makes a record has besides its fields.
    pub also: Vec<Field>,
}

impl Kind {
    fn read(input: &DeriveInput) -> syn::Result<Self> {
        let attribute = input.attrs.iter().find(|attribute| attribute.path().is_ident("record"));
        let attribute = attribute.ok_or_else(|| {
            syn::Error::new(input.ident.span(), "say which kind it is: #[record(kind = \"...\", ...)]")
        })?;
        let none = LitStr::new("", input.ident.span());
        let mut kind = Self {
            name: none.clone(),
            table: none.clone(),
            en: none.clone(),
            zh: none.clone(),
            zh_help: none.clone(),
            title: none.clone(),
            usual: LitStr::new("-created_at", input.ident.span()),
            always: None,
            source: None,
            shared: false,
            right: None,
            holders: None,
            follows: Vec::new(),
            new: None,
            change: None,
            also: Vec::new(),
        };
        attribute.parse_nested_meta(|meta| {
            match meta.path.require_ident()?.to_string().as_str() {
                "kind" => kind.name = meta.value()?.parse()?,
                "table" => kind.table = meta.value()?.parse()?,
                "en" => kind.en = meta.value()?.parse()?,
                "zh" => kind.zh = meta.value()?.parse()?,
                "zh_help" => kind.zh_help = meta.value()?.parse()?,
                "title" => kind.title = meta.value()?.parse()?,
                "usual" => kind.usual = meta.value()?.parse()?,
                "always" => kind.always = Some(meta.value()?.parse()?),
                "source" => kind.source = Some(meta.value()?.parse()?),
                "shared" => kind.shared = true,
                "right" => kind.right = Some(meta.value()?.parse()?),
                "holders" => {
                    let [person, team] =
                        words(&meta)?.try_into().map_err(|_| meta.error("a person's and a team's column"))?;
                    kind.holders = Some((person, team));
                }
                "follows" => kind.follows = words(&meta)?,
                "new" => kind.new = Some(meta.value()?.parse()?),
                "change" => kind.change = Some(meta.value()?.parse()?),
                "also" => {
                    let content;
                    syn::parenthesized!(content in meta.input);
                    let also =
                        Punctuated::<Field, Token![,]>::parse_terminated_with(&content, Field::parse_named)?;
                    kind.also = also.into_iter().collect();
                }
                other => return Err(meta.error(format!("{other:?} says nothing of a kind"))),
            }
            Ok(())
        })?;
        for (said, word) in [
            (&kind.name, "kind"),
            (&kind.table, "table"),
            (&kind.en, "en"),
            (&kind.zh, "zh"),
            (&kind.zh_help, "zh_help"),
        ] {
            if said.value().is_empty() {
                return Err(syn::Error::new_spanned(attribute, format!("{word} is missing")));
            }
        }
        Ok(kind)
    }
}

/// The words in parentheses behind a name.
fn words(meta: &ParseNestedMeta<'_>) -> syn::Result<Vec<LitStr>> {
    let content;
    syn::parenthesized!(content in meta.input);
    let words = Punctuated::<LitStr, Token![,]>::parse_terminated(&content)?;
    Ok(words.into_iter().collect())
}

/// All that is derived from a declaration.
pub fn expand(input: &DeriveInput) -> syn::Result<TokenStream> {
    let kind = Kind::read(input)?;
    let Data::Struct(data) = &input.data else {
        return Err(syn::Error::new(input.ident.span(), "a record is a struct"));
    };
    let Fields::Named(named) = &data.fields else {
        return Err(syn::Error::new(input.ident.span(), "a record's fields have names"));
    };
    let fields = named.named.iter().map(Declared::read).collect::<syn::Result<Vec<_>>>()?;
    let record = &input.ident;
    let (mut entries, mut parts) = (Vec::new(), Vec::new());
    for field in &fields {
        let (entry, further) = field.entry();
        entries.push(entry);
        parts.extend(further);
    }
    let optional =
        |text: &Option<LitStr>| text.as_ref().map_or_else(|| quote!(None), |text| quote!(Some(#text)));
    let (name, table, en, zh, zh_help) = (&kind.name, &kind.table, &kind.en, &kind.zh, &kind.zh_help);
    let (title, usual, shared) = (&kind.title, &kind.usual, kind.shared);
    let (always, source, help) = (optional(&kind.always), optional(&kind.source), help(&input.attrs));
    let holders = match &kind.holders {
        Some((person, team)) => quote!(Some((#person, #team))),
        None => quote!(None),
    };
    let follows = &kind.follows;
    let right = kind.right.as_ref().ok_or_else(|| {
        syn::Error::new(input.ident.span(), "say what seeing its records takes: right = CustomersRead")
    })?;
    let values = requests::values(&fields);
    let requests = [requests::new(&kind, record, &fields), requests::change(&kind, record, &fields)];
    Ok(quote! {
        const _: () = {
            use crate::domain::catalogue::{
                Field, FieldClass, FieldValue, Kind, Mismatch, Record, Shown, SortBy, Source, Type,
            };

            impl Record for #record {
                const KIND: &'static Kind = &Kind {
                    name: #name, table: #table, en: #en, zh: #zh, help: #help, zh_help: #zh_help, title: #title, usual: #usual,
                    always: #always, source: #source, shared: #shared, right: crate::domain::actor::Permission::#right,
                    holders: #holders, follows: &[#(#follows),*], fields: &[#(#entries),*], declared: None, parts: &[#(#parts),*],
                };

                #values
            }
        };

        #(#requests)*
    })
}

/// What a doc comment says.
pub fn help(attributes: &[Attribute]) -> String {
    let lines =
        attributes.iter().filter(|attribute| attribute.path().is_ident("doc")).filter_map(|attribute| {
            match &attribute.meta {
                Meta::NameValue(doc) => match &doc.value {
                    Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value().trim().to_owned()),
                    _ => None,
                },
                _ => None,
            }
        });
    lines.collect::<Vec<_>>().join(" ").trim().to_owned()
}
