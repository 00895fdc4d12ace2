package dev.merpati.testlogging;

import java.lang.reflect.AnnotatedElement;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Makes a test class fail when it logs an error or a stack trace that it does not expect; see {@link ExpectErrors}. JUnit
 * detects it in every module that depends on this one.
 */
public final class NoUnexpectedErrors
        implements BeforeAllCallback, AfterAllCallback, BeforeEachCallback, AfterEachCallback {
    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(NoUnexpectedErrors.class);

    @Override
    public void beforeAll(ExtensionContext context) {
        expect(context, context.getRequiredTestClass());
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        expect(context, context.getRequiredTestMethod());
    }

    @Override
    public void afterEach(ExtensionContext context) {
        verify(context);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        List<String> errors = ErrorLog.takeUnexpected();
        verify(context);
        if (!errors.isEmpty()) {
            throw new AssertionError(
                    errors.size() + " errors were logged that no test expects:\n  " + String.join("\n  ", errors));
        }
    }

    private static void expect(ExtensionContext context, AnnotatedElement element) {
        List<ErrorLog.Expectation> expectations = Stream.of(element.getAnnotationsByType(ExpectErrors.class))
                .map(ErrorLog.Expectation::new)
                .toList();
        expectations.forEach(ErrorLog::expect);
        context.getStore(NAMESPACE).put(context.getUniqueId(), expectations);
    }

    private static void verify(ExtensionContext context) {
        List<?> expectations = context.getStore(NAMESPACE).getOrDefault(context.getUniqueId(), List.class, List.of());
        expectations.forEach(expectation -> ErrorLog.verify((ErrorLog.Expectation) expectation));
    }
}
