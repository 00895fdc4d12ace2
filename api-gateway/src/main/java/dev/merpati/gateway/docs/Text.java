package dev.merpati.gateway.docs;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A text of the description, parsed: pages write it without ever writing markup that a text brings along. */
record Text(List<Paragraph> paragraphs) {

    /** One paragraph. */
    record Paragraph(List<Span> spans) {}

    /** A piece of a paragraph. */
    record Span(String text, boolean code) {}

    /** Reads paragraphs, which an empty line parts, with code between backticks. */
    static Text of(String text) {
        return new Text(Arrays.stream(text.split("\\n\\s*\\n"))
                .map(paragraph -> new Paragraph(spans(paragraph.replace('\n', ' '))))
                .toList());
    }

    private static List<Span> spans(String paragraph) {
        List<Span> spans = new ArrayList<>();
        boolean code = false;
        for (String piece : paragraph.split("`", -1)) {
            if (!piece.isEmpty()) {
                spans.add(new Span(piece, code));
            }
            code = !code;
        }
        return spans;
    }
}
