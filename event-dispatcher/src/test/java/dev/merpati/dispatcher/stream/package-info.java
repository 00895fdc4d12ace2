@NullMarked
package dev.merpati.dispatcher.stream;

import org.jspecify.annotations.NullMarked;
