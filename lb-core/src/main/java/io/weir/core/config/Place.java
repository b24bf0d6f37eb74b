package io.weir.core.config;

/**
 * Where in the file a value stands.
 *
 * @param field dotted path for messages
 * @param key the last step of the path
 * @param keyAt of the key; for an element of a list, of the element
 */
record Place(Reading reading, String field, String key, Position keyAt) {
    Place child(String step, Position at) {
        return new Place(reading, Field.join(field, step), step, at);
    }

    /** The same place, for a model that goes by another name. */
    Place called(String name) {
        return new Place(reading, field, name, keyAt);
    }

    void problem(Tree value, String wanted) {
        problem(value, value.shown(), wanted);
    }

    /** A key without a value has its problem where the key is. */
    void problem(Tree value, String found, String wanted) {
        reading.problem(value instanceof Tree.Nothing ? keyAt : value.at(), field, found, wanted);
    }

    void problemAtKey(String found, String wanted) {
        reading.problem(keyAt, field, found, wanted);
    }
}
