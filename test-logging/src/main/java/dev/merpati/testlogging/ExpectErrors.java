package dev.merpati.testlogging;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The errors that a test, or the tests of a class together, provoke: what is logged as an error, or as a warning with a
 * stack trace, or as a client's refusal by the WhatsApp simulator. They are kept from the output, and there has to be one; any other makes the test class fail.
 */
@Target({ElementType.METHOD, ElementType.TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Repeatable(ExpectErrors.All.class)
@Inherited
public @interface ExpectErrors {
    /** How the name of the logger begins. */
    String logger();

    /** A part of the message, or of the exception's. */
    String message() default "";

    /** False for errors that depend on the moment, such as those of a library whose connection is cut off. */
    boolean always() default true;

    /** Several of them. */
    @Target({ElementType.METHOD, ElementType.TYPE})
    @Retention(RetentionPolicy.RUNTIME)
    @Inherited
    @interface All {
        ExpectErrors[] value();
    }
}
