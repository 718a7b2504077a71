//! One field: its attributes, and its entry in the catalogue.

use proc_macro2::TokenStream;
use quote::quote;
use syn::punctuated::Punctuated;
use syn::{Expr, Field, GenericArgument, Ident, LitInt, LitStr, PathArguments, Token, Type};

use crate::declaration::help;

/// A field as it is declared.
pub struct Declared<'a> {
    pub name: &'a Ident,
    pub of: &'a Type,
    pub help: String,
    en: Option<LitStr>,
    zh: LitStr,
    /// Whether the request that makes a record may set it, and the one that changes it.
    pub new: bool,
    pub change: bool,
    pub required: bool,
    internal: bool,
    pub fixed: bool,
    length: Option<(LitInt, LitInt)>,
    range: Option<(LitInt, LitInt)>,
    email: bool,
    items: Option<LitInt>,
    filled: bool,
    date: bool,
    long: bool,
    sort: Option<Sort>,
    class: Option<LitStr>,
    pub default: Option<Expr>,
    columns: Vec<LitStr>,
    choices: Vec<LitStr>,
    example: Option<LitStr>,
    schema: Option<LitStr>,
    names: Option<LitStr>,
    zh_help: LitStr,
}

/// How a list is sorted by the field.
enum Sort {
    Column,
    Id,
    Expression(LitStr),
}

impl<'a> Declared<'a> {
    pub fn read(field: &'a Field) -> syn::Result<Self> {
        let name = field.ident.as_ref();
        let name = name.ok_or_else(|| syn::Error::new_spanned(field, "a record's fields have names"))?;
        let attribute = field.attrs.iter().find(|attribute| attribute.path().is_ident("field"));
        let attribute = attribute
            .ok_or_else(|| syn::Error::new(name.span(), "say what the field is: #[field(zh = \"...\")]"))?;
        let mut declared = Self {
            name,
            of: &field.ty,
            help: help(&field.attrs),
            en: None,
            zh: LitStr::new("", name.span()),
            new: false,
            change: false,
            required: false,
            internal: false,
            fixed: false,
            length: None,
            range: None,
            email: false,
            items: None,
            filled: false,
            date: false,
            long: false,
            sort: None,
            class: None,
            default: None,
            columns: Vec::new(),
            choices: Vec::new(),
            example: None,
            schema: None,
            names: None,
            zh_help: LitStr::new("", name.span()),
        };
        attribute.parse_nested_meta(|meta| {
            let word = meta.path.require_ident()?.to_string();
            match word.as_str() {
                "en" => declared.en = Some(meta.value()?.parse()?),
                "zh" => declared.zh = meta.value()?.parse()?,
                "zh_help" => declared.zh_help = meta.value()?.parse()?,
                "new" => declared.new = true,
                "change" => declared.change = true,
                "required" => declared.required = true,
                "internal" => declared.internal = true,
                "fixed" => declared.fixed = true,
                "date" => declared.date = true,
                "long" => declared.long = true,
                "class" => declared.class = Some(meta.value()?.parse()?),
                "default" => declared.default = Some(meta.value()?.parse()?),
                "example" => declared.example = Some(meta.value()?.parse()?),
                "names" => declared.names = Some(meta.value()?.parse()?),
                "schema" => declared.schema = Some(meta.value()?.parse()?),
                "filled" => declared.filled = true,
                "items" => declared.items = Some(meta.value()?.parse()?),
                "email" => declared.email = true,
                "length" => declared.length = Some(pair(&meta)?),
                "range" => declared.range = Some(pair(&meta)?),
                "columns" => declared.columns = texts(&meta)?,
                "choices" => declared.choices = texts(&meta)?,
                "sort" if meta.input.peek(Token![=]) => {
                    declared.sort = Some(Sort::Expression(meta.value()?.parse()?));
                }
                "sort" => declared.sort = Some(Sort::Column),
                "sort_by_id" => declared.sort = Some(Sort::Id),
                other => return Err(meta.error(format!("{other:?} says nothing of a field"))),
            }
            Ok(())
        })?;
        if declared.zh.value().is_empty() {
            return Err(syn::Error::new(name.span(), "give the field its Chinese title: zh = \"...\""));
        }
        if declared.zh_help.value().is_empty() {
            return Err(syn::Error::new(name.span(), "say in Chinese what the field is: zh_help = \"...\""));
        }
        if declared.help.is_empty() {
            return Err(syn::Error::new(name.span(), "say in a doc comment what the field is"));
        }
        Ok(declared)
    }

    /// Whether it is a whole number, which JSON may write as `5.0`.
    pub fn is_integer(&self) -> bool {
        matches!(self.of, Type::Path(path) if path.path.is_ident("i64"))
    }

    /// Whether it is a whole number that may be left out.
    pub fn is_optional_integer(&self) -> bool {
        let Type::Path(path) = self.of else { return false };
        let option = path.path.segments.last().filter(|segment| segment.ident == "Option");
        option.is_some_and(|option| match &option.arguments {
            PathArguments::AngleBracketed(inner) => inner.args.iter().any(
                |inner| matches!(inner, GenericArgument::Type(Type::Path(path)) if path.path.is_ident("i64")),
            ),
            _ => false,
        })
    }

    /// Its entry in the catalogue, and those of the parts that its value has in columns of their own.
    pub fn entry(&self) -> (TokenStream, Vec<TokenStream>) {
        let (of, help, zh, zh_help) = (self.of, &self.help, &self.zh, &self.zh_help);
        let name = self.name.to_string();
        let en = self.en.as_ref().map_or_else(|| english(&name), LitStr::value);
        let column = self.columns.first().map_or_else(|| name.clone(), LitStr::value);
        let of_type = match (self.date, self.long) {
            (true, _) => quote!(Type::Date),
            (_, true) => quote!(Type::LongText),
            _ => quote!(<#of as FieldValue>::TYPE),
        };
        let length = match &self.length {
            Some((least, most)) => quote!(Some((#least, #most))),
            None => quote!(None),
        };
        let range = match &self.range {
            Some((least, most)) => quote!(Some((#least, #most))),
            None => quote!(None),
        };
        let (email, filled) = (self.email, self.filled);
        let order = match &self.sort {
            None => quote!(SortBy::Nothing),
            Some(Sort::Id) => quote!(SortBy::Id),
            Some(Sort::Column) => quote!(SortBy::Expression(#column)),
            Some(Sort::Expression(expression)) => quote!(SortBy::Expression(#expression)),
        };
        let class = match &self.class {
            Some(class) => {
                let class = Ident::new(&capital(&class.value()), class.span());
                quote!(FieldClass::#class)
            }
            None => quote!(FieldClass::Plain),
        };
        let items = self.items.as_ref().map_or_else(|| quote!(None), |items| quote!(Some(#items)));
        let example = self.example.as_ref().map_or_else(|| quote!(None), |text| quote!(Some(#text)));
        let schema = self.schema.as_ref().map_or_else(|| quote!(None), |name| quote!(Some(#name)));
        let names = self.names.as_ref().map_or_else(|| quote!(None), |kind| quote!(Some(#kind)));
        let (new, change, required) = (self.new, self.change, self.required);
        let (internal, fixed, choices) = (self.internal, self.fixed, &self.choices);
        let entry = quote! {
            Field {
                name: #name, column: #column, of: #of_type, optional: <#of as FieldValue>::OPTIONAL, en: #en, zh: #zh,
                help: #help, zh_help: #zh_help, new: #new, change: #change, required: #required, internal: #internal, fixed: #fixed,
                length: #length, range: #range, email: #email, items: #items, filled: #filled, choices: &[#(#choices),*], order: #order, class: #class,
                example: #example, schema: #schema, names: #names,
            }
        };
        let parts = self.columns.iter().skip(1).map(|column| {
            quote! {
                Field { name: #column, column: #column, of: Type::Text, optional: <#of as FieldValue>::OPTIONAL,
                    en: #en, zh: #zh, help: #help, zh_help: #zh_help, class: #class, ..Field::PLAIN }
            }
        });
        (entry, parts.collect())
    }
}

fn pair(meta: &syn::meta::ParseNestedMeta<'_>) -> syn::Result<(LitInt, LitInt)> {
    let content;
    syn::parenthesized!(content in meta.input);
    let least = content.parse()?;
    content.parse::<Token![,]>()?;
    Ok((least, content.parse()?))
}

fn texts(meta: &syn::meta::ParseNestedMeta<'_>) -> syn::Result<Vec<LitStr>> {
    let content;
    syn::parenthesized!(content in meta.input);
    Ok(Punctuated::<LitStr, Token![,]>::parse_terminated(&content)?.into_iter().collect())
}

/// The English title of a field that declares none: `organisation_id` is "Organisation".
fn english(name: &str) -> String {
    capital(&name.strip_suffix("_id").unwrap_or(name).replace('_', " "))
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
