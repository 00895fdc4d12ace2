@NullMarked
package dev.merpati.dispatcher.http;

import org.jspecify.annotations.NullMarked;
