package dev.merpati.gateway.account;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.springframework.util.MultiValueMap;

/** What is wrong with a form: the key of a message for each field that is. */
final class FormErrors {
    private final Map<String, String> byField = new LinkedHashMap<>();

    FormErrors add(String field, String messageKey) {
        byField.putIfAbsent(field, messageKey);
        return this;
    }

    FormErrors add(String field, Optional<String> messageKey) {
        messageKey.ifPresent(key -> add(field, key));
        return this;
    }

    boolean isEmpty() {
        return byField.isEmpty();
    }

    /** Returns the keys by field, for a template. */
    Map<String, String> byField() {
        return byField;
    }

    /** Returns a field of a form; empty when it is not there. */
    static String field(MultiValueMap<String, String> form, String name) {
        String value = form.getFirst(name);
        return value == null ? "" : value;
    }
}
