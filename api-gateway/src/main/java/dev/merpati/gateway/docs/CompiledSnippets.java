package dev.merpati.gateway.docs;

import java.util.Map;

/** Writes requests in languages that are compiled, as whole programs. */
final class CompiledSnippets {
    private CompiledSnippets() {}

    static String java(ExampleRequest request, String baseUrl) {
        StringBuilder code = new StringBuilder("import java.net.URI;\nimport java.net.http.*;\n");
        code.append(request.form() ? "import java.nio.file.*;\n\n" : "\n").append("void main() throws Exception {\n");
        if (request.form()) {
            code.append("  String boundary = \"form-\" + java.util.UUID.randomUUID();\n");
            code.append("  String fields = \"\";\n");
            for (Map.Entry<String, String> field : Snippets.fields(request).entrySet()) {
                if (!field.getKey().equals("media")) {
                    code.append(
                            "  fields += \"--\" + boundary + \"\\r\\nContent-Disposition: form-data; name=\\\"%s\\\"\\r\\n\\r\\n\" + %s + \"\\r\\n\";\n"
                                    .formatted(field.getKey(), Snippets.quoted(field.getValue())));
                }
            }
            String file = Snippets.fields(request).getOrDefault("media", "");
            code.append(
                    "  String head = \"--\" + boundary + \"\\r\\nContent-Disposition: form-data; name=\\\"media\\\"; filename=\\\"%s\\\"\\r\\n\\r\\n\";\n"
                            .formatted(file));
            code.append("  HttpRequest.BodyPublisher body = HttpRequest.BodyPublishers.concat(\n")
                    .append("      HttpRequest.BodyPublishers.ofString(fields + head),\n")
                    .append("      HttpRequest.BodyPublishers.ofFile(Path.of(%s)),\n".formatted(Snippets.quoted(file)))
                    .append("      HttpRequest.BodyPublishers.ofString(\"\\r\\n--\" + boundary + \"--\\r\\n\"));\n");
        }
        code.append("  HttpRequest request = HttpRequest.newBuilder(URI.create(%s))\n"
                .formatted(Snippets.quoted(baseUrl + request.path())));
        code.append("      .header(\"X-API-Key\", \"%s\")\n".formatted(Snippets.KEY_PLACEHOLDER));
        request.headers()
                .forEach((name, value) -> code.append(
                        "      .header(%s, %s)\n".formatted(Snippets.quoted(name), Snippets.quoted(value))));
        if (request.form()) {
            code.append("      .header(\"Content-Type\", \"multipart/form-data; boundary=\" + boundary)\n");
            code.append("      .POST(body)\n");
        } else if (request.body() != null) {
            code.append("      .header(\"Content-Type\", \"application/json\")\n");
            code.append(
                    "      .method(\"%s\", HttpRequest.BodyPublishers.ofString(\"\"\"\n          %s\n          \"\"\"))\n"
                            .formatted(
                                    request.method(),
                                    Snippets.indented(
                                            Snippets.pretty(request.body()).replace("\\", "\\\\"), 10)));
        } else {
            code.append("      .method(\"%s\", HttpRequest.BodyPublishers.noBody())\n".formatted(request.method()));
        }
        if (request.stream()) {
            return code.append("      .build();\n")
                    .append("  HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofLines())\n")
                    .append("      .body().forEach(System.out::println);\n}")
                    .toString();
        }
        return code.append("      .build();\n")
                .append("  HttpResponse<String> response =\n")
                .append("      HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());\n")
                .append("  System.out.println(response.statusCode() + \" \" + response.body());\n}")
                .toString();
    }

    static String go(ExampleRequest request, String baseUrl) {
        StringBuilder code = new StringBuilder("package main\n\nimport (\n");
        if (request.form()) {
            code.append("\t\"bytes\"\n");
        }
        code.append(request.stream() ? "\t\"io\"\n" : "\t\"fmt\"\n\t\"io\"\n");
        if (request.form()) {
            code.append("\t\"mime/multipart\"\n");
        }
        code.append("\t\"net/http\"\n");
        if (request.form() || request.stream()) {
            code.append("\t\"os\"\n");
        } else if (request.body() != null) {
            code.append("\t\"strings\"\n");
        }
        code.append(")\n\nfunc main() {\n");
        String body = "nil";
        if (request.form()) {
            body = "&body";
            code.append("\tvar body bytes.Buffer\n\tform := multipart.NewWriter(&body)\n");
            Snippets.fields(request)
                    .forEach((name, value) -> code.append(
                            name.equals("media")
                                    ? "\tfile, err := os.ReadFile(%s)\n\tif err != nil {\n\t\tpanic(err)\n\t}\n\tpart, _ := form.CreateFormFile(\"media\", %s)\n\tpart.Write(file)\n"
                                            .formatted(Snippets.quoted(value), Snippets.quoted(value))
                                    : "\tform.WriteField(%s, %s)\n"
                                            .formatted(Snippets.quoted(name), Snippets.quoted(value))));
            code.append("\tform.Close()\n");
        } else if (request.body() != null) {
            body = "strings.NewReader(body)";
            String json = Snippets.pretty(request.body());
            code.append("\tbody := %s\n".formatted(json.contains("`") ? Snippets.quoted(json) : "`" + json + "`"));
        }
        code.append("\trequest, _ := http.NewRequest(\"%s\", %s, %s)\n"
                .formatted(request.method(), Snippets.quoted(baseUrl + request.path()), body));
        code.append("\trequest.Header.Set(\"X-API-Key\", \"%s\")\n".formatted(Snippets.KEY_PLACEHOLDER));
        request.headers()
                .forEach((name, value) -> code.append(
                        "\trequest.Header.Set(%s, %s)\n".formatted(Snippets.quoted(name), Snippets.quoted(value))));
        if (request.form()) {
            code.append("\trequest.Header.Set(\"Content-Type\", form.FormDataContentType())\n");
        } else if (request.body() != null) {
            code.append("\trequest.Header.Set(\"Content-Type\", \"application/json\")\n");
        }
        return code.append(
                        "\tresponse, err := http.DefaultClient.Do(request)\n\tif err != nil {\n\t\tpanic(err)\n\t}\n")
                .append("\tdefer response.Body.Close()\n")
                .append(
                        request.stream()
                                ? "\tio.Copy(os.Stdout, response.Body)\n}"
                                : "\tanswer, _ := io.ReadAll(response.Body)\n\tfmt.Println(response.StatusCode, string(answer))\n}")
                .toString();
    }
}
