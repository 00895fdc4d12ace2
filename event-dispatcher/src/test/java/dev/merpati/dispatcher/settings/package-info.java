@NullMarked
package dev.merpati.dispatcher.settings;

import org.jspecify.annotations.NullMarked;
