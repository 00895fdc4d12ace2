package dev.merpati.gateway.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.gateway.account.AccountGateway;
import dev.merpati.gateway.harness.Browser;
import dev.merpati.gateway.harness.TestJson;
import org.junit.jupiter.api.Test;

/** The guide for whoever is logged in to the console. */
class GuideForTenantsIT {
    private final Browser browser = AccountGateway.signedUp(AccountGateway.newEmail());

    @Test
    void fillsInTheFirstSessionAndNoKey() {
        assertThat(browser.get("/docs").is(200).body()).contains("YOUR_SESSION_ID", "YOUR_API_KEY");

        String first = newSession("one");
        String second = newSession("two");

        assertThat(browser.get("/docs").is(200).body())
                .contains(
                        "/api/sessions/" + first + "/send",
                        "YOUR_API_KEY",
                        "The examples have the id of your first session")
                .doesNotContain("YOUR_SESSION_ID", second);
        assertThat(AccountGateway.browser().get("/docs").is(200).body())
                .contains("YOUR_SESSION_ID")
                .doesNotContain(first);
    }

    private String newSession(String name) {
        String answer = browser.call("POST", "/api/sessions", "{\"sessionName\":\"" + name + "\"}")
                .is(201)
                .body();
        return TestJson.parse(answer).get("sessionId").stringValue();
    }
}
