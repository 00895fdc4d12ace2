package dev.merpati.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.results.Rule;
import com.deque.html.axecore.selenium.AxeBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** A person with an account of their own, in front of a browser. */
final class ConsoleVisitor implements AutoCloseable {
    static final String PASSWORD = "a long enough phrase";
    private static final AtomicInteger PEOPLE = new AtomicInteger();

    private final Product product;
    private final Chromium browser;
    private final String email = "person" + PEOPLE.incrementAndGet() + "@example.com";

    ConsoleVisitor(Product product) {
        this.product = product;
        this.browser = Chromium.open(product.url());
    }

    Chromium browser() {
        return browser;
    }

    String email() {
        return email;
    }

    void signUp() {
        browser.visit("/signup")
                .fill("Your name or your company's", "A Person")
                .fill("E-mail address", email)
                .fill("Password", PASSWORD);
        browser.click("main button[type=submit]");
        browser.fill("E-mail address", email).fill("Password", PASSWORD);
        browser.click("main button[type=submit]");
        browser.sees("You have no sessions yet");
    }

    /** Signs up and has a phone scan the code of a new session, whose id it returns. */
    String connect(String phone) {
        signUp();
        product.simulator().addPhone(phone);
        browser.fill("Name", "My Business Account").press("Create session");
        String code = browser.attribute(".qr img", "src");
        assertThat(product.simulator().scan(phone, code).status()).isEqualTo(200);
        browser.sees("This session is connected and can send.");
        return browser.path().substring("/sessions/".length());
    }

    /**
     * Looks at pages on a phone, a tablet and a desk, light and dark, and keeps pictures of them.
     *
     * @param nameOf what the pictures of a page are called
     * @return what is wrong: what the rules of axe-core find, and what is wider than the screen; by page
     */
    Map<String, List<String>> faultsOf(List<String> pages, Function<String, String> nameOf) {
        Map<String, List<String>> faults = new TreeMap<>();
        for (String page : pages) {
            for (String theme : List.of("light", "dark")) {
                browser.size(1440, 1000).visit(page + (page.contains("?") ? "&" : "?") + "theme=" + theme);
                String name = nameOf.apply(page);
                faultsOfThisPage(name + "-" + theme)
                        .forEach((key, found) -> faults.computeIfAbsent(key, none -> new ArrayList<>())
                                .addAll(found));
            }
        }
        return faults;
    }

    /** As {@link #faultsOf}, of the page as it stands. */
    Map<String, List<String>> faultsOfThisPage(String name) {
        Map<String, List<String>> faults = new TreeMap<>();
        for (Rule rule : new AxeBuilder().analyze(browser.driver()).getViolations()) {
            faults.computeIfAbsent(name, key -> new ArrayList<>())
                    .add(rule.getId() + ": " + rule.getNodes().getFirst().getHtml());
        }
        for (int width : new int[] {390, 768, 1440}) {
            browser.size(width, width < 500 ? 844 : 1000);
            long overflow = (Long) Objects.requireNonNull(browser.driver()
                    .executeScript(
                            "return document.documentElement.scrollWidth - document.documentElement.clientWidth"));
            if (overflow > 0) {
                faults.computeIfAbsent(name + " " + width, key -> new ArrayList<>())
                        .add(overflow + " pixels too wide");
            }
            browser.screenshot("page-" + name + "-" + width);
        }
        return faults;
    }

    @Override
    public void close() {
        browser.close();
    }
}
