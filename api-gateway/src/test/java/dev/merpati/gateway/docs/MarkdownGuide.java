package dev.merpati.gateway.docs;

import java.util.List;
import java.util.stream.Collectors;

/** Writes the guide as Markdown, for readers of the repository. */
final class MarkdownGuide {
    private static final String NOTICE =
            "<!-- Written by MarkdownGuide from api-gateway/src/main/resources/openapi: change it there. -->";

    private final StringBuilder out = new StringBuilder();

    private MarkdownGuide() {}

    static String of(ApiDescription description) {
        MarkdownGuide markdown = new MarkdownGuide();
        markdown.write(GuidePage.of(description, "en", "http://localhost:8080", "YOUR_SESSION_ID"));
        return markdown.out.toString();
    }

    private void write(GuidePage guide) {
        out.append("# The REST API\n\n").append(NOTICE).append("\n\n");
        text(guide.introduction());
        out.append(
                        "A running gateway shows the same at `/docs`, in English and Indonesian, with examples in six programming languages")
                .append(
                        " and a page to try calls; the description itself is `/docs/openapi.yaml`, a Postman collection")
                .append(" `/docs/postman.json`.\n\n");
        for (GuidePage.Chapter chapter : guide.chapters()) {
            out.append("## ").append(chapter.title()).append("\n\n");
            text(chapter.text());
            example(chapter.snippets());
        }
        out.append("## Scopes\n\n| scope | allows |\n|---|---|\n");
        guide.scopes()
                .forEach(row -> out.append("| `%s` | %s |\n"
                        .formatted(
                                row.scope(),
                                row.calls().stream().map(GuidePage.Call::title).collect(Collectors.joining(", ")))));
        out.append('\n');
        for (GuidePage.Group group : guide.groups()) {
            out.append("## ").append(group.title()).append("\n\n");
            text(group.text());
            group.calls().forEach(this::call);
        }
        out.append("## Errors\n\n| status | code | error | means | how to fix |\n|---|---|---|---|---|\n");
        guide.errors()
                .forEach(error -> out.append("| %d | `%s` | %s | %s | %s |\n"
                        .formatted(
                                error.status(),
                                error.code(),
                                error.error(),
                                inline(error.means()),
                                inline(error.fix()))));
    }

    private void call(GuidePage.Call call) {
        out.append(
                "### %s\n\n`%s %s`, scope `%s`\n\n".formatted(call.title(), call.method(), call.path(), call.scope()));
        text(call.text());
        rows("parameter", call.parameters());
        rows(call.contentType() == null ? "" : "field of the body", call.fields());
        example(call.snippets());
        for (GuidePage.Answer answer : call.answers()) {
            out.append("**%d** ".formatted(answer.status()));
            text(answer.text());
            out.append("```json\n").append(answer.example()).append("\n```\n\n");
            rows("field of the answer", answer.fields());
        }
        out.append("Errors: ")
                .append(call.errors().stream()
                        .map(error -> "`" + error.code() + "`")
                        .collect(Collectors.joining(", ")))
                .append("\n\n");
    }

    private void rows(String kind, List<GuidePage.Row> rows) {
        if (rows.isEmpty()) {
            return;
        }
        out.append("| %s | type | | |\n|---|---|---|---|\n".formatted(kind));
        rows.forEach(row -> out.append("| `%s` | %s | %s | %s |\n"
                .formatted(
                        row.name(),
                        row.type().replace("|", "\\|"),
                        row.required() ? "required" : "",
                        inline(row.text()))));
        out.append('\n');
    }

    /** Writes the first of the languages: curl for a call. */
    private void example(List<Snippets.Snippet> snippets) {
        if (!snippets.isEmpty()) {
            Snippets.Snippet first = snippets.getFirst();
            out.append("```" + (first.language().equals("curl") ? "sh" : first.language()) + "\n")
                    .append(first.code())
                    .append("\n```\n\n");
        }
    }

    private void text(Text text) {
        text.paragraphs().forEach(paragraph -> out.append(inline(paragraph)).append("\n\n"));
    }

    private static String inline(Text text) {
        return text.paragraphs().stream().map(MarkdownGuide::inline).collect(Collectors.joining(" "));
    }

    private static String inline(Text.Paragraph paragraph) {
        return paragraph.spans().stream()
                .map(span -> span.code() ? "`" + span.text() + "`" : span.text())
                .collect(Collectors.joining());
    }
}
