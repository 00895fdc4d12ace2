/** What the tests of all modules share. */
@NullMarked
package dev.merpati.testlogging;

import org.jspecify.annotations.NullMarked;
