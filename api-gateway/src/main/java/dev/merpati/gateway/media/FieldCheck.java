package dev.merpati.gateway.media;

/** Looks at a form's fields as they come, so that a form that cannot be used is refused before its file is read. */
@FunctionalInterface
public interface FieldCheck {
    /** Throws what the request is to end with when the value cannot be used. */
    void check(String name, String value);
}
