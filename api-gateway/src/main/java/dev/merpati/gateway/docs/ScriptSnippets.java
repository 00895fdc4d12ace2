package dev.merpati.gateway.docs;

import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Writes requests in languages that are run as they are written. */
final class ScriptSnippets {
    private static final String INDENT = "    ";

    private ScriptSnippets() {}

    static String javaScript(ExampleRequest request, String baseUrl) {
        StringBuilder code = new StringBuilder();
        if (request.form()) {
            code.append("import { openAsBlob } from \"node:fs\";\n\nconst form = new FormData();\n");
            Snippets.fields(request)
                    .forEach((name, value) -> code.append(
                            name.equals("media")
                                    ? "form.append(\"media\", await openAsBlob(%s), %s);\n"
                                            .formatted(Snippets.quoted(value), Snippets.quoted(value))
                                    : "form.append(%s, %s);\n"
                                            .formatted(Snippets.quoted(name), Snippets.quoted(value))));
            code.append('\n');
        }
        code.append("const response = await fetch(%s, {\n".formatted(Snippets.quoted(baseUrl + request.path())));
        code.append("  method: \"%s\",\n  headers: {\n".formatted(request.method()));
        if (request.body() != null && !request.form()) {
            code.append("    \"Content-Type\": \"application/json\",\n");
        }
        request.headers()
                .forEach((name, value) ->
                        code.append("    %s: %s,\n".formatted(Snippets.quoted(name), Snippets.quoted(value))));
        code.append("    \"X-API-Key\": \"%s\",\n  },\n".formatted(Snippets.KEY_PLACEHOLDER));
        if (request.form()) {
            code.append("  body: form,\n");
        } else if (request.body() != null) {
            code.append(
                    "  body: JSON.stringify(%s),\n".formatted(Snippets.indented(Snippets.pretty(request.body()), 2)));
        }
        return code.append("});\n")
                .append(
                        request.stream()
                                ? "for await (const text of response.body.pipeThrough(new TextDecoderStream())) {\n  console.log(text);\n}"
                                : "console.log(response.status, await response.json());")
                .toString();
    }

    static String python(ExampleRequest request, String baseUrl) {
        StringBuilder code = new StringBuilder("import requests\n\nresponse = requests.%s(\n    %s,\n"
                .formatted(request.method().toLowerCase(Locale.ROOT), Snippets.quoted(baseUrl + request.path())));
        code.append("    headers={\"X-API-Key\": \"%s\"".formatted(Snippets.KEY_PLACEHOLDER));
        request.headers()
                .forEach((name, value) ->
                        code.append(", %s: %s".formatted(Snippets.quoted(name), Snippets.quoted(value))));
        code.append("},\n");
        if (request.form()) {
            code.append("    data={")
                    .append(Snippets.fields(request).entrySet().stream()
                            .filter(field -> !field.getKey().equals("media"))
                            .map(field -> Snippets.quoted(field.getKey()) + ": " + Snippets.quoted(field.getValue()))
                            .collect(Collectors.joining(", ")))
                    .append("},\n    files={\"media\": open(%s, \"rb\")},\n"
                            .formatted(Snippets.quoted(Snippets.fields(request).getOrDefault("media", ""))));
        } else if (request.body() != null) {
            code.append("    json=%s,\n".formatted(pythonOf(request.body(), INDENT)));
        }
        return code.append(
                        request.stream()
                                ? "    stream=True,\n)\nfor line in response.iter_lines():\n    print(line.decode())"
                                : ")\nprint(response.status_code, response.json())")
                .toString();
    }

    private static String pythonOf(JsonNode json, String indent) {
        String inner = indent + INDENT;
        if (json.isObject()) {
            return json.properties().stream()
                    .map(field -> inner + Snippets.quoted(field.getKey()) + ": " + pythonOf(field.getValue(), inner))
                    .collect(Collectors.joining(",\n", "{\n", ",\n" + indent + "}"));
        }
        if (json.isArray()) {
            return json.valueStream()
                    .map(element -> pythonOf(element, inner))
                    .collect(Collectors.joining(", ", "[", "]"));
        }
        if (json.isBoolean()) {
            return json.booleanValue() ? "True" : "False";
        }
        return json.isNull() ? "None" : json.toString();
    }

    static String php(ExampleRequest request, String baseUrl) {
        StringBuilder code = new StringBuilder("<?php\n$curl = curl_init(%s);\ncurl_setopt_array($curl, [\n"
                .formatted(phpText(baseUrl + request.path())));
        code.append("    CURLOPT_CUSTOMREQUEST => '%s',\n".formatted(request.method()));
        code.append(
                request.stream()
                        ? "    CURLOPT_WRITEFUNCTION => function ($curl, $text) {\n        echo $text;\n        return strlen($text);\n    },\n"
                        : "    CURLOPT_RETURNTRANSFER => true,\n");
        code.append("    CURLOPT_HTTPHEADER => [\n");
        if (request.body() != null && !request.form()) {
            code.append("        'Content-Type: application/json',\n");
        }
        request.headers()
                .forEach((name, value) -> code.append("        %s,\n".formatted(phpText(name + ": " + value))));
        code.append("        'X-API-Key: %s',\n    ],\n".formatted(Snippets.KEY_PLACEHOLDER));
        if (request.form()) {
            code.append("    CURLOPT_POSTFIELDS => [\n");
            Snippets.fields(request)
                    .forEach((name, value) -> code.append("        %s => %s,\n"
                            .formatted(
                                    phpText(name),
                                    name.equals("media")
                                            ? "new CURLFile(%s)".formatted(phpText(value))
                                            : phpText(value))));
            code.append("    ],\n");
        } else if (request.body() != null) {
            code.append("    CURLOPT_POSTFIELDS => json_encode(%s),\n".formatted(phpOf(request.body(), INDENT)));
        }
        return code.append(
                        request.stream()
                                ? "]);\ncurl_exec($curl);"
                                : "]);\n$answer = curl_exec($curl);\necho curl_getinfo($curl, CURLINFO_HTTP_CODE), ' ', $answer;")
                .toString();
    }

    private static String phpOf(@Nullable JsonNode json, String indent) {
        String inner = indent + INDENT;
        if (json == null || json.isNull()) {
            return "null";
        }
        if (json.isObject()) {
            return json.properties().stream()
                    .map(field -> inner + phpText(field.getKey()) + " => " + phpOf(field.getValue(), inner))
                    .collect(Collectors.joining(",\n", "[\n", ",\n" + indent + "]"));
        }
        if (json.isArray()) {
            return json.valueStream().map(each -> phpOf(each, inner)).collect(Collectors.joining(", ", "[", "]"));
        }
        return json.isString() ? phpText(json.stringValue()) : json.toString();
    }

    private static String phpText(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
}
