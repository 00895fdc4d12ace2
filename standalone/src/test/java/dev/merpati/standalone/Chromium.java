package dev.merpati.standalone;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.logging.Level;
import org.junit.jupiter.api.Assumptions;
import org.openqa.selenium.By;
import org.openqa.selenium.WebDriverException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.support.ui.ExpectedConditions;
import org.openqa.selenium.support.ui.WebDriverWait;

/** A real Chromium without a window. */
final class Chromium implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Path SCREENSHOTS = Path.of("target", "screenshots");

    private final ChromeDriver driver;
    private final String url;

    private Chromium(ChromeDriver driver, String url) {
        this.driver = driver;
        this.url = url;
    }

    /**
     * Starts a browser for the pages at a URL. Where there is none the test is skipped, but in CI it fails: {@code ./merpati
     * test} installs one where it may, and says at its end when the browser tests did not run.
     */
    static Chromium open(String url) {
        Path browser = Path.of("/usr/bin/chromium");
        Path chromeDriver = Path.of("/usr/bin/chromedriver");
        boolean there = Files.isExecutable(browser) && Files.isExecutable(chromeDriver);
        if (!there && System.getenv("CI") != null) {
            throw new AssertionError("There is no Chromium: Debian's packages chromium and chromium-driver are needed");
        }
        Assumptions.assumeTrue(there, "no Chromium: Debian's packages chromium and chromium-driver are needed");
        ChromeOptions options = new ChromeOptions();
        options.setBinary(browser.toFile());
        options.addArguments(
                "--headless=new",
                "--no-sandbox",
                "--disable-dev-shm-usage",
                "--disable-gpu",
                "--window-size=1440,1000");
        // Nothing but the product under test is asked for.
        options.addArguments("--disable-background-networking", "--no-first-run", "--disable-component-update");
        options.setExperimentalOption("prefs", Map.of("intl.accept_languages", "en"));
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        options.setCapability("goog:loggingPrefs", logs);
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(new File(chromeDriver.toString()))
                .usingAnyFreePort()
                .build();
        return new Chromium(new ChromeDriver(service, options), url);
    }

    ChromeDriver driver() {
        return driver;
    }

    Chromium visit(String path) {
        driver.get(url + path);
        return this;
    }

    String path() {
        return driver.getCurrentUrl().substring(url.length());
    }

    WebElement find(String css) {
        return new WebDriverWait(driver, PATIENCE)
                .ignoring(WebDriverException.class)
                .until(ExpectedConditions.visibilityOfElementLocated(By.cssSelector(css)));
    }

    /** Uses an element as soon as it can be seen; again when the page, or the part of it, was replaced meanwhile. */
    private <T> T use(String css, Function<WebElement, T> what) {
        AtomicReference<T> result = new AtomicReference<>();
        new WebDriverWait(driver, PATIENCE).ignoring(WebDriverException.class).until(page -> {
            WebElement element = page.findElement(By.cssSelector(css));
            boolean visible = element.isDisplayed();
            if (visible) {
                result.set(what.apply(element));
            }
            return visible;
        });
        return Objects.requireNonNull(result.get());
    }

    Chromium click(String css) {
        use(css, element -> {
            element.click();
            return true;
        });
        return this;
    }

    String text(String css) {
        return use(css, WebElement::getText);
    }

    String attribute(String css, String name) {
        return use(css, element -> Objects.requireNonNullElse(element.getDomAttribute(name), ""));
    }

    /** Fills a field that its label names, as a person finds it; again when the page was replaced meanwhile. */
    Chromium fill(String label, String text) {
        new WebDriverWait(driver, PATIENCE).ignoring(WebDriverException.class).until(page -> {
            WebElement field = labelled(label);
            field.clear();
            field.sendKeys(text);
            return true;
        });
        return this;
    }

    WebElement labelled(String label) {
        By caption = By.xpath("//label[normalize-space()=" + quoted(label) + "]");
        return new WebDriverWait(driver, PATIENCE)
                .ignoring(WebDriverException.class)
                .until(page -> page.findElement(
                        By.id(Objects.requireNonNull(page.findElement(caption).getDomAttribute("for")))));
    }

    /** Presses a button, or follows a link, of that text. */
    Chromium press(String text) {
        By button = By.xpath("//*[self::a or self::button or self::summary][normalize-space()=" + quoted(text)
                + "][not(ancestor::dialog[not(@open)])]");
        // The page may be replaced, or a part of it, between the look and the click.
        new WebDriverWait(driver, PATIENCE).ignoring(WebDriverException.class).until(page -> {
            page.findElement(button).click();
            return true;
        });
        return this;
    }

    /** Waits until the page shows a text. */
    Chromium sees(String text) {
        new WebDriverWait(driver, PATIENCE)
                .ignoring(WebDriverException.class)
                .withMessage(() -> "the page " + driver.getCurrentUrl() + " does not show '" + text + "' but: "
                        + driver.findElement(By.tagName("body")).getText())
                .until(ExpectedConditions.textToBePresentInElementLocated(By.tagName("body"), text));
        return this;
    }

    Chromium size(int width, int height) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 500));
        return this;
    }

    /** Keeps a picture of the whole page in {@code target/screenshots}. */
    void screenshot(String name) {
        try {
            Files.createDirectories(SCREENSHOTS);
            driver.executeScript("window.scrollTo(0, 0)"); // What sticks to the window's edge would be in its midst.
            Object page = driver.executeCdpCommand(
                            "Page.captureScreenshot", Map.of("captureBeyondViewport", true, "format", "png"))
                    .get("data");
            Files.write(
                    SCREENSHOTS.resolve(name.toLowerCase(Locale.ROOT) + ".png"),
                    Base64.getDecoder().decode(String.valueOf(page).getBytes(StandardCharsets.US_ASCII)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the browser complained about: blocked scripts and styles, missing files, errors in scripts. */
    List<String> complaints() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
                .map(LogEntry::getMessage)
                .toList();
    }

    private static String quoted(String text) {
        return "\"" + text + "\"";
    }

    @Override
    public void close() {
        driver.quit();
    }
}
