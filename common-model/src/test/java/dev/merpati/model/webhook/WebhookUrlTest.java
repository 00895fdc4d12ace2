package dev.merpati.model.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merpati.model.webhook.WebhookUrl.Policy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebhookUrlTest {
    private static final Policy EVERYTHING = new Policy(true, true);

    @ParameterizedTest
    @CsvSource({
        "https://example.com, example.com, 443, https://example.com:443",
        "HTTPS://Example.COM/Hooks?a=b, example.com, 443, https://example.com:443",
        "https://example.com:8443/x, example.com, 8443, https://example.com:8443",
        "https://xn--bcher-kva.example/%20, xn--bcher-kva.example, 443, https://xn--bcher-kva.example:443",
        "https://8.8.8.8/x, 8.8.8.8, 443, https://8.8.8.8:443",
        "https://[2606:4700::1111]:2000/, 2606:4700::1111, 2000, https://[2606:4700::1111]:2000"
    })
    void readsWhatIsOnThePublicInternet(String text, String host, int port, String origin)
            throws MalformedWebhookUrlException {
        WebhookUrl url = WebhookUrl.parse(text, Policy.PUBLIC_HTTPS);

        assertThat(url.host()).isEqualTo(host);
        assertThat(url.port()).isEqualTo(port);
        assertThat(url.origin()).isEqualTo(origin);
        assertThat(url.isHttps()).isTrue();
        assertThat(url.uri()).hasToString(text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | empty",
                "example.com/hook | must begin with https://",
                "http://example.com/ | must begin with https://, but its scheme is http",
                "ftp://example.com/ | its scheme is ftp",
                "https:///path | no host",
                "https:example.com | no host",
                "https://user:password@example.com/ | a user name or a password",
                "https://@example.com/ | a user name",
                "https://example.com/#part | fragment",
                "https://example.com:22/ | the port 22; allowed are 80, 443 and 1024 to 65535",
                "https://example.com:0/ | the port 0",
                "https://example.com:65536/ | the port 65536",
                "https://exa mple.com/ | blanks",
                "https://b\u00fccher.example/ | outside of ASCII",
                "https://exa_mple_.com/ | no URL",
                "https://example.com\\@evil.example/ | no URL",
                "https://[fe80::1%25eth0]/ | zone"
            })
    void saysWhatIsWrong(String text, String problem) {
        assertThatThrownBy(() -> WebhookUrl.parse(text, Policy.PUBLIC_HTTPS))
                .isInstanceOf(MalformedWebhookUrlException.class)
                .hasMessageContaining(problem)
                .hasMessageNotContaining("password@");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://0x7f.1/",
                "https://0x7f000001/",
                "https://2130706433/",
                "https://127.1/",
                "https://0177.0.0.1/",
                "https://127.0.0.1./",
                "https://8.8.8/",
                "https://256.1.1.1/",
                "https://example.0x10/"
            })
    void refusesAddressesInUnusualFormsWhateverIsAllowed(String text) {
        assertThatThrownBy(() -> WebhookUrl.parse(text, EVERYTHING))
                .isInstanceOf(MalformedWebhookUrlException.class)
                .hasMessageMatching("(?s).*(four decimal numbers|no URL).*");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://127.0.0.1/",
                "https://169.254.169.254/latest/meta-data",
                "https://[::1]/",
                "https://[::ffff:127.0.0.1]/",
                "https://[::ffff:7f00:1]/",
                "https://[fd00::1]/",
                "https://localhost/",
                "https://LOCALHOST./",
                "https://a.localhost/",
                "https://redis:6379/",
                "https://metadata.google.internal/",
                "https://printer.local/"
            })
    void takesPrivateHostsOnlyWhereTheyAreAllowed(String text) throws MalformedWebhookUrlException {
        assertThatThrownBy(() -> WebhookUrl.parse(text, Policy.PUBLIC_HTTPS))
                .isInstanceOf(MalformedWebhookUrlException.class)
                .hasMessageContaining("not on the public Internet");

        assertThat(WebhookUrl.parse(text, new Policy(false, true)).isHttps()).isTrue();
    }

    @Test
    void takesHttpOnlyWhereItIsAllowed() throws MalformedWebhookUrlException {
        WebhookUrl url = WebhookUrl.parse("http://localhost:8080/hook", EVERYTHING);

        assertThat(url.isHttps()).isFalse();
        assertThat(url.origin()).isEqualTo("http://localhost:8080");
    }

    @Test
    void refusesWhatIsTooLong() {
        assertThatThrownBy(() -> WebhookUrl.parse("https://example.com/" + "a".repeat(2_048), EVERYTHING))
                .hasMessage("the URL has 2068 characters; at most 2048 are allowed");
    }
}
