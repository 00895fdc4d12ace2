@NullMarked
package dev.merpati.testlogging;

import org.jspecify.annotations.NullMarked;
