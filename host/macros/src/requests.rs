//! The structs of the requests that make and change a record.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Ident;

use crate::declaration::Kind;
use crate::field::Declared;

/// What a new record is made of. A field that must be said has its own type, any other may be left out.
pub fn new(kind: &Kind, record: &Ident, fields: &[Declared<'_>]) -> TokenStream {
    let Some(name) = &kind.new else { return TokenStream::new() };
    let doc = format!("A {} to be made.", kind.name.value());
    let set: Vec<&Declared<'_>> = fields.iter().filter(|field| field.new).collect();
    let members = set.iter().map(|field| {
        let (name, of, help) = (field.name, field.of, &field.help);
        let read = match (field.is_integer(), field.required) {
            (true, true) => quote!(#[serde(deserialize_with = "crate::domain::lenient_integer::whole")]),
            (true, false) => {
                quote!(#[serde(deserialize_with = "crate::domain::lenient_integer::whole_or_null")])
            }
            _ if field.is_optional_integer() => {
                quote!(#[serde(deserialize_with = "crate::domain::lenient_integer::optional")])
            }
            _ => TokenStream::new(),
        };
        if field.required {
            quote!(#[doc = #help] #read pub #name: #of)
        } else {
            quote! {
                #[doc = #help]
                #[serde(default, skip_serializing_if = "Option::is_none")]
                #read
                pub #name: Option<#of>
            }
        }
    });
    let also = &kind.also;
    let also_named = also.iter().filter_map(|field| field.ident.as_ref());
    let empty = set.iter().map(|field| {
        let name = field.name;
        match field.required {
            true => quote!(#name: crate::domain::catalogue::FieldValue::blank()),
            false => quote!(#name: None),
        }
    });
    let with = with(kind, name, &set);
    let assignments = set.iter().map(|field| {
        let name = field.name;
        let index = position(fields, field);
        let set = quote!(record.#name.set(value, &KIND.fields[#index]););
        if field.required {
            quote!({ let value = &self.#name; #set })
        } else {
            quote!(if let Some(value) = &self.#name { #set })
        }
    });
    quote! {
        #[doc = #doc]
        #[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct #name { #(#members,)* #(#also,)* }

        impl Default for #name {
            fn default() -> Self {
                Self { #(#empty,)* #(#also_named: Default::default(),)* }
            }
        }

        #with

        impl #name {
            /// Sets the fields of a new record that are said.
            pub fn apply(&self, record: &mut #record) {
                use crate::domain::catalogue::{FieldValue as _, Record as _};
                const KIND: &crate::domain::catalogue::Kind = #record::KIND;
                #(#assignments)*
            }
        }
    }
}

/// Lets a request that makes a record say what one that changes it says.
fn with(kind: &Kind, name: &Ident, set: &[&Declared<'_>]) -> TokenStream {
    let Some(change) = &kind.change else { return TokenStream::new() };
    let both = set.iter().filter(|field| field.change).map(|field| {
        let name = field.name;
        if field.required {
            quote!(if let Some(value) = &change.#name { self.#name = value.clone(); })
        } else {
            quote!(if let Some(value) = &change.#name { self.#name = Some(value.clone()); })
        }
    });
    quote! {
        impl #name {
            /// The same, with the fields that a change says.
            #[must_use]
            pub fn with(mut self, change: &#change) -> Self {
                #(#both)*
                self
            }
        }
    }
}

/// What is to be changed: a field that isn't there stays, `Some(None)` clears one.
pub fn change(kind: &Kind, record: &Ident, fields: &[Declared<'_>]) -> TokenStream {
    let Some(name) = &kind.change else { return TokenStream::new() };
    let doc = format!(
        "Changes of a {}. A field that isn't there stays; `Some(None)` clears one.",
        kind.name.value()
    );
    let set: Vec<&Declared<'_>> = fields.iter().filter(|field| field.change).collect();
    let members = set.iter().map(|field| {
        let (name, of, help) = (field.name, field.of, &field.help);
        let read = match (field.is_integer(), field.is_optional_integer()) {
            (true, _) => "crate::domain::lenient_integer::present",
            (false, true) => "crate::domain::lenient_integer::present_or_null",
            (false, false) => "crate::domain::catalogue::present",
        };
        quote! {
            #[doc = #help]
            #[serde(deserialize_with = #read, skip_serializing_if = "Option::is_none")]
            pub #name: Option<#of>
        }
    });
    let assignments = set.iter().map(|field| {
        let name = field.name;
        let index = position(fields, field);
        quote!(if let Some(value) = &self.#name { record.#name.set(value, &KIND.fields[#index]); })
    });
    quote! {
        #[doc = #doc]
        #[derive(Debug, Clone, Default, serde::Serialize, serde::Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct #name { #(#members,)* }

        impl #name {
            /// Sets the fields that are said.
            pub fn apply(&self, record: &mut #record) {
                use crate::domain::catalogue::{FieldValue as _, Record as _};
                const KIND: &crate::domain::catalogue::Kind = #record::KIND;
                #(#assignments)*
            }
        }
    }
}

fn position(fields: &[Declared<'_>], field: &Declared<'_>) -> usize {
    fields.iter().position(|other| other.name == field.name).unwrap_or_default()
}

/// Reading, showing and blank values, field by field.
pub fn values(fields: &[Declared<'_>]) -> TokenStream {
    let reads = fields.iter().enumerate().map(|(index, field)| {
        let name = field.name;
        quote! {
            #name: FieldValue::read(source, &Self::KIND.fields[#index])?
                .ok_or_else(|| Mismatch::missing(&Self::KIND.fields[#index]))?
        }
    });
    let shows = fields.iter().enumerate().map(|(index, field)| {
        let name = field.name;
        quote!(#index => self.#name.shown())
    });
    let blanks = fields.iter().map(|field| {
        let name = field.name;
        match &field.default {
            Some(value) => quote!(#name: #value),
            None => quote!(#name: FieldValue::blank()),
        }
    });
    quote! {
        fn read<S: Source>(source: &mut S) -> Result<Self, S::Error> {
            Ok(Self { #(#reads,)* })
        }

        fn value(&self, field: usize) -> Shown<'_> {
            match field {
                #(#shows,)*
                _ => Shown::Null,
            }
        }

        fn blank() -> Self {
            Self { #(#blanks,)* }
        }
    }
}
