package dev.merpati.gateway.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merpati.gateway.error.ApiException;
import dev.merpati.gateway.media.MultipartParser.Token;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MultipartParserTest {
    private static final String FORM = """
            a preamble\r
            --xyz \t\r
            Content-Disposition: form-data; name="to"\r
            \r
            628\r
            --xyz\r
            content-disposition: FORM-DATA; filename=a.pdf;name=media\r
            Content-Type: null\r
            \r
            %PDF\r
            --xyzz no boundary \r\r
            --xy\r
            --xyz\r
            Content-Disposition: form-data; name=empty\r
            \r
            \r
            --xyz--\r
            an epilogue""";

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 7, 64, 1000})
    void findsTheSamePartsHoweverTheBytesCome(int chunk) {
        assertThat(read(FORM, chunk))
                .containsExactly("to null: 628", "media a.pdf: %PDF\r\n--xyzz no boundary \r\r\n--xy", "empty null: ");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            name=media; filename="a b.pdf"                              | a b.pdf
            name=media; filename="a\\"b.pdf"                            | a"b.pdf
            name=media; filename="a%22b.pdf"                            | a"b.pdf
            name=media; filename="C:\\docs\\a.pdf"                      | C:\\docs\\a.pdf
            name=media; filename="a;b.pdf"                              | a;b.pdf
            name=media; filename="x.pdf"; filename*=UTF-8''%e2%82%ac.pdf | €.pdf
            name=media; filename="x.pdf"; filename*=UTF-8''%zz.pdf      | x.pdf
            name=media; filename="x.pdf"; filename*=nonsense            | x.pdf
            name=media; filename="x.pdf"; filename*=klingon''a.pdf      | x.pdf
            name=media; filename="=?UTF-8?B?4oKsLnBkZg==?="             | €.pdf
            name=media; filename="=?UTF-8?Q?=E2=82=AC_.pdf?="           | € .pdf
            name=media; filename="=?UTF-8?B?%%%?=.pdf"                  | =?UTF-8?B?%%%?=.pdf
            name=media; filename="=?klingon?Q?a?=.pdf"                  | =?klingon?Q?a?=.pdf
            name=media; filename="unfinished.pdf                        | unfinished.pdf
            """)
    void readsFileNamesAsClientsWriteThem(String parameters, String fileName) {
        PartHead head = PartHead.parse(
                ("\r\nContent-Disposition: form-data; " + parameters).getBytes(StandardCharsets.UTF_8), 1);

        assertThat(head.name()).isEqualTo("media");
        assertThat(head.fileName()).isEqualTo(fileName);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Content-Type: text/plain",
                "Content-Disposition:",
                "Content-Disposition: attachment; name=media; filename=a.pdf",
                "Content-Disposition: name=media",
                "Content-Disposition: form-data",
                "Content-Disposition: form-data; name=",
                "Content-Disposition: form-data; name=\"\"",
                "Content-Disposition: form-data; filename=a.pdf",
                "Content-Disposition: form-data; name=media; filename*=UTF-8''%zz"
            })
    void namesThePartWhoseHeadersAreOfNoUse(String header) {
        assertThatThrownBy(() -> read("--xyz\r\n" + header + "\r\n\r\nx\r\n--xyz--", 1_000))
                .isInstanceOfSatisfying(ApiException.class, refused -> {
                    assertThat(refused.error().status().value()).isEqualTo(400);
                    assertThat(refused.error().message()).contains("part 1");
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "--xyz", "--xyz\r\n", "no form at all", "--abc\r\n\r\n--abc--", "--xyz\r\nno end"})
    void refusesWhatIsNoForm(String body) {
        assertThatThrownBy(() -> read(body, 10)).isInstanceOf(ApiException.class);
    }

    @Test
    void boundsPartsAndHeadersAndWhatComesBefore() {
        String part = "--xyz\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n";

        assertThat(read(part.repeat(100) + "--xyz--", 1_000)).hasSize(100);
        assertThatThrownBy(() -> read(part.repeat(100_000), 64_000))
                .isInstanceOfSatisfying(
                        ApiException.class,
                        refused -> assertThat(refused.error().code()).isEqualTo("too_many_parts"));
        assertThatThrownBy(() -> read("--xyz\r\nA: " + "b".repeat(9_000), 100)).isInstanceOf(ApiException.class);
        assertThatThrownBy(() -> read("x".repeat(9_000), 100)).isInstanceOf(ApiException.class);
        assertThatThrownBy(() -> read("--xyz\r\n".repeat(100_000), 64_000)).isInstanceOf(ApiException.class);
    }

    private static List<String> read(String form, int chunk) {
        byte[] bytes = form.getBytes(StandardCharsets.UTF_8);
        MultipartParser parser = new MultipartParser("xyz");
        List<String> parts = new ArrayList<>();
        for (int at = 0; at < bytes.length; at += chunk) {
            for (Token token : parser.parse(Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + chunk)))) {
                switch (token) {
                    case Token.Begin(PartHead head) -> parts.add(head.name() + " " + head.fileName() + ": ");
                    case Token.Content(var content) ->
                        parts.add(parts.removeLast() + StandardCharsets.UTF_8.decode(content));
                    case Token.End end -> assertThat(parts).isNotEmpty();
                }
            }
        }
        parser.end();
        return parts;
    }
}
