//! The entity that the input describes, for those who check it and those who write code for it.
//!
//! Every answer is about what is right in the input: a group with a field that does not exist, or a second version
//! field, is no part of it. So code can be written for an input with mistakes, and names in it resolve.

mod names;

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use syn::ext::IdentExt;
use syn::{GenericArgument, Path, PathArguments, PathSegment, Type};

pub(crate) use self::names::{check_name, respan, serde_case, snake_case};
use crate::code::Tokens;
use crate::parse::{Field, Group, Input};

/// The most fields in a key or an index.
pub(crate) const MAX_GROUP: usize = 8;

/// An entity.
pub(crate) struct Model {
    pub(crate) input: Input,
    /// The numbers of the key fields.
    pub(crate) key: Vec<usize>,
    pub(crate) identity: Option<usize>,
    pub(crate) version: Option<usize>,
    /// The indexes besides the key, in the order of the descriptor.
    pub(crate) indexes: Vec<Index>,
    private: Tokens,
}

/// An index.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Index {
    pub(crate) kind: IndexKind,
    pub(crate) fields: Vec<usize>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum IndexKind {
    Ordered,
    Distinct,
    Elements,
}

/// What a field is for queries.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Declared {
    No,
    Indexed,
    Distinct,
    PrimaryKey,
}

impl Model {
    /// Answers what the parts of the code are written from.
    pub(crate) fn new(input: Input) -> Self {
        let first = |has: fn(&Field) -> bool| input.fields.iter().position(has);
        let key = input.fields.iter().enumerate().filter(|(_, field)| field.marks.key.is_some());
        let key: Vec<usize> = key.map(|(number, _)| number).take(MAX_GROUP).collect();
        let version = first(|field| field.marks.version.is_some()).filter(|number| !key.contains(number));
        let identity =
            first(|field| field.marks.identity.is_some()).filter(|number| version != Some(*number));
        let private = private(input.options.krate.as_ref());
        let mut model = Self { input, key, identity, version, indexes: Vec::new(), private };
        model.indexes = model.find_indexes();
        model
    }

    pub(crate) fn name(&self) -> &Ident {
        &self.input.name
    }

    pub(crate) fn fields(&self) -> impl Iterator<Item = (usize, &Field)> {
        self.input.fields.iter().enumerate()
    }

    pub(crate) fn field(&self, number: usize) -> Option<&Field> {
        self.input.fields.get(number)
    }

    /// The field with this name in the struct.
    pub(crate) fn find(&self, name: &Ident) -> Option<usize> {
        self.input.fields.iter().position(|field| field.ident.unraw() == name.unraw())
    }

    /// The numbers of a group, where it could be an index.
    pub(crate) fn resolve(&self, group: &Group) -> Option<Vec<usize>> {
        let mut numbers = Vec::new();
        for member in &group.members {
            let number = self.find(member)?;
            let fits =
                self.field(number).is_some_and(|field| !is_list(&field.ty)) && self.version != Some(number);
            if !fits || numbers.contains(&number) || numbers.len() == MAX_GROUP {
                return None;
            }
            numbers.push(number);
        }
        Some(numbers)
    }

    /// Whether this is the one field of the key.
    pub(crate) fn is_whole_key(&self, number: usize) -> bool {
        self.key == [number]
    }

    fn find_indexes(&self) -> Vec<Index> {
        let mut found = Vec::new();
        let mut add = |kind, fields: Vec<usize>| {
            let index = Index { kind, fields };
            let is_key = kind == IndexKind::Distinct && index.fields == self.key;
            if !is_key && !found.contains(&index) {
                found.push(index);
            }
        };
        if let Some(number) = self.identity.filter(|number| !self.key.contains(number)) {
            add(IndexKind::Distinct, vec![number]);
        }
        for (number, field) in self.fields().filter(|(number, _)| self.version != Some(*number)) {
            let list = is_list(&field.ty);
            if field.marks.distinct.is_some() && !list {
                add(IndexKind::Distinct, vec![number]);
            }
            if field.marks.index.is_some() {
                add(if list { IndexKind::Elements } else { IndexKind::Ordered }, vec![number]);
            }
        }
        for group in &self.input.options.groups {
            if let Some(numbers) = self.resolve(group) {
                add(if group.distinct { IndexKind::Distinct } else { IndexKind::Ordered }, numbers);
            }
        }
        found
    }

    /// What the field is for queries.
    pub(crate) fn declared(&self, number: usize) -> Declared {
        let has = |fits: &dyn Fn(&Index) -> bool| self.indexes.iter().any(fits);
        if self.is_whole_key(number) {
            Declared::PrimaryKey
        } else if has(&|index| index.kind == IndexKind::Distinct && index.fields == [number]) {
            Declared::Distinct
        } else if self.key.contains(&number)
            || self.version == Some(number)
            || has(&|index| index.fields.contains(&number))
        {
            Declared::Indexed
        } else {
            Declared::No
        }
    }

    /// Whether queries may use the field.
    pub(crate) fn is_declared(&self, number: usize) -> bool {
        self.declared(number) != Declared::No
    }

    /// The type of the field's elements, where it has one index entry for each of them.
    pub(crate) fn elements(&self, number: usize) -> Option<&Type> {
        let indexed = |index: &Index| index.kind == IndexKind::Elements && index.fields == [number];
        self.indexes.iter().find(|index| indexed(index))?;
        self.field(number).and_then(|field| element(&field.ty))
    }

    /// The name that the field is stored under.
    pub(crate) fn stored_name(&self, field: &Field) -> String {
        field.name.as_ref().map_or_else(|| field.ident.unraw().to_string(), |name| name.text.clone())
    }

    /// The name of the collection.
    pub(crate) fn collection(&self) -> String {
        let given = self.input.options.collection.as_ref();
        given.map_or_else(|| snake_case(&self.name().unraw().to_string()), |name| name.text.clone())
    }

    /// The struct of field handles.
    pub(crate) fn fields_name(&self) -> Ident {
        fields_name(self.name(), self.input.options.fields.as_ref().filter(|given| *given != self.name()))
    }

    /// The module of the types that stand for undeclared fields.
    pub(crate) fn module(&self) -> Ident {
        let name = snake_case(&self.fields_name().unraw().to_string());
        let names = [name.clone(), format!("{name}_")];
        let name = names.into_iter().find(|name| syn::parse_str::<Ident>(name).is_ok());
        // A letter whose lower case is no letter is the only way here.
        Ident::new(name.as_deref().unwrap_or("undeclared_fields"), Span::mixed_site())
    }

    /// The struct of what an insert has to give; `None` where that is the entity itself.
    pub(crate) fn new_name(&self) -> Option<Ident> {
        let differs = self.identity.is_some()
            || self.version.is_some()
            || self.input.fields.iter().any(|field| field.default.is_some());
        let given = self.input.options.new.clone();
        let given = given.filter(|given| given != self.name() && *given != self.fields_name());
        differs.then(|| given.map_or_else(|| derived_name("New", self.name(), ""), |given| respan(&given)))
    }

    /// The default of a field, where it has one that can be used.
    pub(crate) fn default(&self, number: usize) -> Option<&TokenStream> {
        let given_otherwise = self.identity == Some(number) || self.version == Some(number);
        let default = self.field(number)?.default.as_ref().filter(|_| !given_otherwise)?;
        Some(&default.expression)
    }

    /// The path of what generated code names.
    pub(crate) fn private(&self) -> Tokens {
        self.private.clone()
    }
}

/// `::routier::__private`, or the same under another path to the crate.
pub(crate) fn private(krate: Option<&Path>) -> Tokens {
    Tokens::of(match krate {
        Some(path) => quote!(#path::__private),
        None => quote!(::routier::__private),
    })
}

/// The name of the struct of field handles.
pub(crate) fn fields_name(name: &Ident, given: Option<&Ident>) -> Ident {
    given.map_or_else(|| derived_name("", name, "Fields"), respan)
}

fn derived_name(before: &str, name: &Ident, after: &str) -> Ident {
    Ident::new(&format!("{before}{}{after}", name.unraw()), Span::call_site())
}

/// The type of the elements, where the type is written as a `Vec`: seen through parentheses and what a `macro_rules!`
/// macro puts around a type, not through an alias.
pub(crate) fn element(ty: &Type) -> Option<&Type> {
    let segment = last_segment(ty).filter(|segment| segment.ident == "Vec")?;
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else { return None };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(element) => Some(element),
        _ => None,
    })
}

/// Whether the type is a list.
pub(crate) fn is_list(ty: &Type) -> bool {
    element(ty).is_some()
}

/// Whether the type is known not to be `u64`. An alias is left to the compiler, and so is every type not known here.
pub(crate) fn is_no_version(ty: &Type) -> bool {
    const OTHERS: [&str; 15] = [
        "u8", "u16", "u32", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize", "f64", "String",
        "Option", "Uuid",
    ];
    last_segment(ty).is_some_and(|last| OTHERS.iter().any(|other| last.ident == other))
}

/// Whether the type is known to be able to stand in a key.
pub(crate) fn is_key_part(ty: &Type) -> bool {
    const SUCH: [&str; 14] = [
        "u8", "u16", "u32", "u64", "u128", "i8", "i16", "i32", "i64", "i128", "bool", "char", "String",
        "Uuid",
    ];
    last_segment(ty).is_some_and(|last| SUCH.iter().any(|such| last.ident == such))
}

/// Whether the type is known to be a float.
pub(crate) fn is_float(ty: &Type) -> bool {
    last_segment(ty).is_some_and(|last| last.ident == "f32" || last.ident == "f64")
}

/// The last part of a type's path.
fn last_segment(ty: &Type) -> Option<&PathSegment> {
    match ty {
        Type::Group(group) => last_segment(&group.elem),
        Type::Paren(paren) => last_segment(&paren.elem),
        Type::Path(path) if path.qself.is_none() => path.path.segments.last(),
        _ => None,
    }
}
