package dev.merpati.gateway.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.gateway.harness.GatewayHarness;
import dev.merpati.gateway.harness.SharedGateway;
import dev.merpati.gateway.harness.TestJson;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;

class GuideIT {
    private final GatewayHarness gateway = SharedGateway.get();
    private final ApiDescription description = gateway.context().getBean(ApiDescription.class);

    @ParameterizedTest
    @ValueSource(strings = {"en", "id"})
    void showsEveryCallAndEveryError(String language) {
        String page = GuidePages.get(gateway, "/docs?lang=" + language);

        assertThat(page).contains(" lang=\"" + language + "\">\n<head>").doesNotContainPattern("\\?\\?[\\w.]+\\?\\?");
        assertThat(description.operations())
                .allSatisfy(operation ->
                        assertThat(page).contains("id=\"" + operation.id() + "\"", ">" + operation.path() + "</code>"));
        assertThat(description.errors())
                .allSatisfy(error -> assertThat(page).contains("id=\"error-" + error.code() + "\""));
        for (String code : List.of("curl", "javascript", "python", "php", "java", "go")) {
            assertThat(page).contains("id=\"sendMedia-example-code-" + code + "\"");
        }
    }

    @Test
    void isWrittenInIndonesianToTheLastParagraph() {
        Set<String> english = paragraphs(GuidePages.get(gateway, "/docs?lang=en"));
        Set<String> indonesian = paragraphs(GuidePages.get(gateway, "/docs?lang=id"));

        assertThat(english).hasSizeGreaterThan(30);
        assertThat(indonesian).doesNotContainAnyElementsOf(english);
    }

    private static Set<String> paragraphs(String page) {
        return Pattern.compile("<p>([^<]{20,})<")
                .matcher(page)
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toSet());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/docs", "/docs?lang=id", "/docs/try"})
    void hasNothingThatThePolicyOfThePagesForbids(String path) {
        HttpResponse<String> response = GuidePages.response(gateway, path);

        assertThat(response.headers().firstValue("Content-Security-Policy").orElse(""))
                .contains("default-src 'self'");
        assertThat(response.body())
                .doesNotContainPattern("<script(?![^>]* src=)")
                .doesNotContain("<style", " style=", "javascript:")
                .doesNotContainPattern(" on[a-z]+=\"");
        assertThat(Pattern.compile("(?:src|<link[^>]*href)=\"([^\"]+)\"")
                        .matcher(response.body())
                        .results()
                        .map((MatchResult match) -> match.group(1)))
                .isNotEmpty()
                .allSatisfy(url -> assertThat(url).startsWith("/assets/"))
                .allSatisfy(url -> assertThat(GuidePages.response(gateway, url).statusCode())
                        .isEqualTo(200));
    }

    @Test
    void linksOnlyToWhatIsOnThePage() {
        String page = GuidePages.get(gateway, "/docs");
        Set<String> ids = found("id=\"([^\"]+)\"", page);

        assertThat(found("href=\"#([^\"]+)\"", page)).isNotEmpty().isSubsetOf(ids);
        assertThat(found("aria-controls=\"([^\"]+)\"", page)).isNotEmpty().isSubsetOf(ids);
        assertThat(ids)
                .hasSize((int) Pattern.compile(" id=\"").matcher(page).results().count());
    }

    private static Set<String> found(String pattern, String page) {
        return Pattern.compile("[ ]" + pattern)
                .matcher(page)
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toSet());
    }

    @Test
    void servesTheSameDescriptionInBothFormats() {
        HttpResponse<String> json = GuidePages.response(gateway, "/docs/openapi.json");
        HttpResponse<String> yaml = GuidePages.response(gateway, "/docs/openapi.yaml");
        JsonNode served = TestJson.MAPPER.readTree(json.body());

        assertThat(json.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(yaml.headers().firstValue("Content-Type").orElse("")).startsWith("application/yaml");
        assertThat(TestJson.MAPPER.<JsonNode>valueToTree(new Yaml().load(yaml.body())))
                .isEqualTo(served);
        assertThat(served.at("/servers/0/url").stringValue()).isEqualTo("http://127.0.0.1:" + gateway.port());
    }

    @Test
    void hasTheSameTextsInBothLanguages() throws IOException {
        assertThat(keys("docs_id").keySet()).isEqualTo(keys("docs").keySet());
        assertThat(keys("docs_id").values()).doesNotContain("").doesNotContainNull();
    }

    private static Properties keys(String bundle) throws IOException {
        Properties texts = new Properties();
        try (InputStream in = GuideIT.class.getResourceAsStream("/i18n/" + bundle + ".properties")) {
            texts.load(new java.io.InputStreamReader(in, StandardCharsets.UTF_8));
        }
        return texts;
    }
}
