package dev.merpati.gateway.json;

import dev.merpati.gateway.error.Errors;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Refuses text with half a surrogate pair, which no phone can show and UTF-8 cannot carry. */
final class UnicodeText {
    private UnicodeText() {}

    /** Looks at every string and field name in the tree, whether somebody asks for it or not. */
    static void requireWellFormed(JsonNode node) {
        require("body", node);
    }

    private static void require(String path, JsonNode node) {
        if (node.isString() && hasLoneSurrogate(node.stringValue())) {
            throw Errors.loneSurrogate(path).exception();
        }
        for (int index = 0; node.isArray() && index < node.size(); index++) {
            require(path + "[" + index + "]", node.get(index));
        }
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            if (hasLoneSurrogate(field.getKey())) {
                throw Errors.loneSurrogate("a name in " + path).exception();
            }
            require(path.equals("body") ? field.getKey() : path + "." + field.getKey(), field.getValue());
        }
    }

    private static boolean hasLoneSurrogate(String text) {
        return text.codePoints()
                .anyMatch(point -> point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE);
    }
}
