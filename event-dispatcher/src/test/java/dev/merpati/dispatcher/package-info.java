@NullMarked
package dev.merpati.dispatcher;

import org.jspecify.annotations.NullMarked;
