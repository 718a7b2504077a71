//! Merge patches: their fields may be there or not, and null clears what can be cleared.

/// Declares a merge patch by the fields that it may have, each of the type that it has in the record: one that isn't
/// there is `None`, and null is taken where the type is an `Option`. With `for`, the patch becomes a change of that type,
/// whose fields have the same names. `as` names the type that describes a field where rules of the record narrow it.
macro_rules! patch {
    ($(#[$meta:meta])* pub struct $name:ident for $change:path {
        $($(#[$doc:meta])* $field:ident: $type:ty $(as $schema:ty)?,)+
    }) => {
        $crate::http::extract::patch! {
            $(#[$meta])* pub struct $name { $($(#[$doc])* $field: $type $(as $schema)?,)+ }
        }

        impl From<$name> for $change {
            fn from(patch: $name) -> Self {
                Self { $($field: patch.$field.map(Into::into),)+ }
            }
        }
    };
    ($(#[$meta:meta])* pub struct $name:ident { $($fields:tt)+ }) => {
        $crate::http::extract::patch! { @fields [$(#[$meta])* $name] [] $($fields)+ }
    };
    (@fields $head:tt [$($done:tt)*]
     $(#[$doc:meta])* $field:ident: $type:ty as $schema:ty, $($rest:tt)*) => {
        $crate::http::extract::patch! { @fields $head [$($done)* {$(#[$doc])*} $field [$type] [$schema],] $($rest)* }
    };
    (@fields $head:tt [$($done:tt)*]
     $(#[$doc:meta])* $field:ident: $type:ty, $($rest:tt)*) => {
        $crate::http::extract::patch! { @fields $head [$($done)* {$(#[$doc])*} $field [$type] [$type],] $($rest)* }
    };
    (@fields [$(#[$meta:meta])* $name:ident] [$({$(#[$doc:meta])*} $field:ident [$type:ty] [$schema:ty],)+]) => {
        #[derive(Debug, serde::Deserialize, utoipa::ToSchema)]
        #[serde(deny_unknown_fields)]
        $(#[$meta])*
        pub struct $name {
            $(
                $(#[$doc])*
                #[serde(default, deserialize_with = "crate::domain::catalogue::present")]
                #[schema(value_type = $schema)]
                $field: Option<$type>,
            )+
        }
    };
}

pub(in crate::http) use patch;

#[cfg(test)]
mod tests {
    use serde_json::{from_value, json};

    #[derive(Debug, PartialEq)]
    struct Change {
        name: Option<String>,
        region: Option<Option<String>>,
    }

    patch! {
        pub struct ThingPatch for Change {
            name: String,
            region: Option<String>,
        }
    }

    #[test]
    fn what_is_not_there_is_told_from_null() {
        let read = |json| from_value::<ThingPatch>(json).map(Change::from).map_err(|error| error.to_string());
        assert_eq!(read(json!({})), Ok(Change { name: None, region: None }));
        assert_eq!(read(json!({"region": null})), Ok(Change { name: None, region: Some(None) }));
        let both = json!({"name": "a", "region": "b"});
        assert_eq!(read(both), Ok(Change { name: Some("a".into()), region: Some(Some("b".into())) }));
        assert!(read(json!({"name": null})).unwrap_err().contains("null"));
        assert!(read(json!({"names": "a"})).unwrap_err().contains("names"));
    }
}
